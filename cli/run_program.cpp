// daris-run, which `daris run`, `daris sweep --live`, `daris capacity --live` and `daris recommend
// --verify-live` start: runs configurations on real hardware.
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/program.h"
#include "cli/arguments.h"
#include "cli/capacity_command.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/live_backends.h"
#include "cli/recommend_command.h"
#include "cli/run_flags.h"
#include "cli/run_point.h"
#include "cli/sweep_command.h"
#include "experiment/live/live_runner.h"
#include "experiment/point_runner.h"
#include "gpu/hardware_queues.h"
#include "runtime/mps/mps_program.h"

namespace daris {
namespace {

RunConfig live_defaults() {
  RunConfig defaults;
  defaults.automatic_backend = true;
  return defaults;
}

int run(std::span<const std::string> words) {
  const CommandSpec run = run_spec();
  const CommandLine line = read_command_line(run, words);
  if (line.exit_code) return *line.exit_code;
  const Result<RunConfig> config = config_from(line.arguments, live_defaults());
  if (!config.ok()) return fail(config.error());
  LiveBackends backends;
  const Result<std::shared_ptr<LiveBackend>> backend = backends.choose(config.value());
  if (!backend.ok()) return fail(backend.error());
  if (config.value().automatic_backend) note("backend auto: " + automatic_backend_reason(*backend.value()));
  catch_interrupts({kLiveGrace, "interrupted; nothing was measured yet"});
  LiveRunner runner([&](const RunConfig& chosen) { return backends.choose(chosen); },
                    line.arguments.text("log"));
  return run_point(runner, {&line.arguments, command_text(run, words), config.value(),
                            point_again(line.arguments, ReportKind::kLive), 1});
}

int sweep(std::span<const std::string> words) {
  const CommandSpec sweep = sweep_spec();
  const CommandLine line = read_command_line(sweep, words);
  if (line.exit_code) return *line.exit_code;
  LiveBackends backends;
  LiveRunner runner([&](const RunConfig& chosen) { return backends.choose(chosen); });
  RunConfig defaults = live_defaults();
  defaults.saturation = false;  // its loops take seconds for each point
  return sweep_command(line.arguments, command_text(sweep, words), defaults, runner);
}

// A command of planning, which goes on to real hardware.
int plan(const CommandSpec& spec, int (*command)(const Arguments&, const std::string&, PointRunner*),
         std::span<const std::string> words) {
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  LiveBackends backends;
  LiveRunner runner([&](const RunConfig& chosen) { return backends.choose(chosen); });
  return command(line.arguments, command_text(spec, words), &runner);
}

// All but `daris run` pass their own word first.
int run_words(std::span<const std::string> words) {
  if (!words.empty() && words.front() == "sweep") return sweep(words.subspan(1));
  if (!words.empty() && words.front() == "capacity")
    return plan(capacity_spec(), capacity_command, words.subspan(1));
  if (!words.empty() && words.front() == "recommend")
    return plan(recommend_spec(), recommend_command, words.subspan(1));
  return run(words);
}

}  // namespace
}  // namespace daris

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() == 1 && arguments.front() == daris::kMpsWorkerWord) daris::run_mps_worker();
  return daris::run_as_program([&] {
    daris::ask_for_all_hardware_queues();
    return daris::run_words(arguments);
  });
}
