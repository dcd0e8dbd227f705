#include "cli/companion.h"

#include <filesystem>
#include <string>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/spawn.h"
#include "cli/torch_libraries.h"

namespace daris {

int become(std::string_view program, std::span<const std::string> words, std::string_view remedy) {
  const std::string file = (std::filesystem::path(this_program()).parent_path() / program).string();
  use_torch_libraries();
  if (const Status found = find_libraries(file); !found.ok()) return fail(found.error());
  std::vector<std::string> command{file};
  command.insert(command.end(), words.begin(), words.end());
  const std::string reason = become_program(command);
  return fail(kEnvironment, file + ": can't be started: " + reason + "; " + std::string(remedy));
}

int become_live(std::span<const std::string> words) {
  return become(
      "daris-run", words,
      "it runs models on real hardware and is built where LibTorch and CUDA are: run `scripts/setup.sh "
      "torch`, then `make build`");
}

}  // namespace daris
