#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/companion.h"
#include "cli/recommend_command.h"

namespace daris {

int command_recommend(std::span<const std::string> words) {
  const CommandSpec spec = recommend_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  if (!line.arguments.has("verify-live"))
    return recommend_command(line.arguments, command_text(spec, words), nullptr);
  std::vector<std::string> all{"recommend"};
  all.insert(all.end(), words.begin(), words.end());
  return become_live(all);
}

}  // namespace daris
