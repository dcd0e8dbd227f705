#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/companion.h"
#include "cli/run_flags.h"
#include "cli/run_point.h"

namespace daris {

// Its own --help says what it takes.
int command_profile(std::span<const std::string> words) {
  return become(
      "daris-profile", words,
      "it measures models on a GPU and is built where LibTorch and CUDA are: run `scripts/setup.sh torch`, "
      "then `make build`");
}

CommandSpec run_spec() {
  CommandSpec spec;
  spec.name = "run";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Runs one configuration on real hardware and writes its report (JSON, schema daris.report) to "
      "standard\n"
      "output or to a file. Before the run it measures its estimates in a closed loop.";
  spec.flags = point_flags(OptionWorld::kLive);
  spec.notes = switches_help() +
               "\nExamples:\n"
               "  daris run --task-set resnet18-paper --load 1.5 --oversubscription 2 -o report.json\n"
               "  daris run --task-set small-cnn --backend cpu --contexts 2 --duration 5s     without a GPU\n"
               "  daris run --releases a.jsonl --policy edf      the jobs of a log under another policy\n" +
               exit_codes_help();
  return spec;
}

int command_run(std::span<const std::string> words) { return become_live(words); }

}  // namespace daris
