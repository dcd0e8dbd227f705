#include "cli/companion.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/host/exit_code.h"
#include "cli/torch_libraries.h"

namespace daris {

int become(std::string_view program, std::span<const std::string> words, std::string_view remedy) {
  std::error_code unknown;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const std::string file = (self.parent_path() / program).string();
  use_torch_libraries();
  if (const Status found = find_libraries(file); !found.ok())
    return fail(kEnvironment, found.error().message);
  std::vector<std::string> texts{file};
  texts.insert(texts.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  ::execv(file.c_str(), arguments.data());
  return fail(kEnvironment,
              file + ": can't be started: " + std::strerror(errno) + "; " + std::string(remedy));
}

int become_live(std::span<const std::string> words) {
  return become(
      "daris-run", words,
      "it runs models on real hardware and is built where LibTorch and CUDA are: run `scripts/setup.sh "
      "torch`, then `make build`");
}

}  // namespace daris
