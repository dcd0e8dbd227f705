// daris-run: what `daris run` starts. One configuration on real hardware.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/live_runner.h"
#include "cli/run_flags.h"
#include "cli/run_point.h"
#include "profiles/backend_names.h"
#include "runtime/cpu/cpu_backend.h"

namespace daris {
namespace {

CommandSpec spec() {
  CommandSpec spec;
  spec.name = "run";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Runs one configuration on real hardware and writes its report (JSON, schema daris.report) to standard output or to a\n"
      "file. Before that it measures its estimates in a closed loop.";
  spec.flags = point_flags(OptionWorld::kLive);
  spec.notes = switches_help() +
               "\nExamples:\n"
               "  daris run --task-set small-cnn --backend cpu --contexts 2 --duration 5s -o report.json\n"
               "  daris run --releases a.jsonl --policy edf      the jobs of a log, of either world, under another policy\n" +
               exit_codes_help();
  return spec;
}

Result<std::unique_ptr<const LiveBackend>> choose_backend(const RunConfig& config) {
  if (!config.automatic_backend && config.backend != Backend::kCpu) {
    return Error{"backend \"" + std::string(to_text(config.backend)) + "\" is not in this version; cpu is"};
  }
  if (config.automatic_backend) note("backend auto: cpu, the only one in this version");
  return std::unique_ptr<const LiveBackend>(std::make_unique<CpuBackend>());
}

int run(const std::vector<std::string>& words) {
  const CommandSpec run = spec();
  const CommandLine line = read_command_line(run, words);
  if (line.exit_code) return *line.exit_code;
  RunConfig defaults;
  defaults.automatic_backend = true;
  const Result<RunConfig> config = config_from(line.arguments, defaults);
  if (!config.ok()) return fail(kBadInput, config.error().message);
  Result<std::unique_ptr<const LiveBackend>> backend = choose_backend(config.value());
  if (!backend.ok()) return fail(kEnvironment, backend.error().message);
  catch_interrupts();
  LiveRunner runner(std::move(backend).value(), line.arguments.text("log"));
  return run_point(runner, {&line.arguments, command_text(run, words), config.value(), 1});
}

}  // namespace
}  // namespace daris

int main(int count, char** words) { return daris::run(std::vector<std::string>(words + 1, words + count)); }
