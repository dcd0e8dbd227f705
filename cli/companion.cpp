#include "cli/companion.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/spawn.h"
#include "cli/torch_libraries.h"

namespace daris {
namespace {

// LibTorch finds its own parts by it.
Status check_working_folder() {
  std::error_code gone;
  if (!std::filesystem::current_path(gone).empty()) return {};
  return environment_error("the working folder is gone; start daris in another one");
}

Status check_can_start(const std::string& file) {
  DARIS_TRY(check_working_folder());
  DARIS_TRY(find_libraries(file));
  return check_address_space(file);
}

}  // namespace

int become(std::string_view program, std::span<const std::string> words, std::string_view remedy) {
  const std::string file = (std::filesystem::path(this_program()).parent_path() / program).string();
  use_torch_libraries();
  if (const Status ready = check_can_start(file); !ready.ok()) return fail(ready.error());
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
