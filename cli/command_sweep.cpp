#include <string>
#include <vector>

#include "base/host/exit_code.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/companion.h"
#include "cli/sweep_command.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {

int command_sweep(std::span<const std::string> words) {
  const CommandSpec sweep = sweep_spec();
  const CommandLine line = read_command_line(sweep, words);
  if (line.exit_code) return *line.exit_code;
  if (line.arguments.has("live")) {
    if (line.arguments.has("emit-slurm"))
      return fail(kBadInput, "--emit-slurm: an array of jobs is for simulated sweeps; leave --live out");
    std::vector<std::string> all{"sweep"};
    all.insert(all.end(), words.begin(), words.end());
    return become_live(all);
  }
  SimulatedRunner runner;
  return sweep_command(line.arguments, command_text(sweep, words), {}, runner);
}

}  // namespace daris
