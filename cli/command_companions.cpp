#include "cli/commands.h"
#include "cli/companion.h"

namespace daris {

// Their own --help says what they take.
int command_profile(std::span<const std::string> words) {
  return become(
      "daris-profile", words,
      "it measures models on a GPU and is built where LibTorch and CUDA are: run `scripts/setup.sh torch`, "
      "then `make build`");
}

int command_run(std::span<const std::string> words) { return become_live(words); }

}  // namespace daris
