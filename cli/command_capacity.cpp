#include <string>
#include <vector>

#include "cli/capacity_command.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/companion.h"

namespace daris {

int command_capacity(std::span<const std::string> words) {
  const CommandSpec spec = capacity_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  if (!line.arguments.has("live"))
    return capacity_command(line.arguments, command_text(spec, words), nullptr);
  std::vector<std::string> all{"capacity"};
  all.insert(all.end(), words.begin(), words.end());
  return become_live(all);
}

}  // namespace daris
