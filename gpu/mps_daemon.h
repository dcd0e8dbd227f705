// An MPS control daemon of our own, in a folder of our own. Daemons of other users are left alone.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace daris {

// The daemon is stopped and its folder removed when this object is destroyed. If this process is killed, a
// shell that outlives it does both. Threads: one; any for terminate_client(), if this is not moved or
// destroyed meanwhile.
class MpsDaemon {
 public:
  // Errors: of the environment; nvidia-cuda-mps-control is missing, or does not come up.
  [[nodiscard]] static Result<MpsDaemon> start();
  MpsDaemon(MpsDaemon&& other) noexcept;
  MpsDaemon& operator=(MpsDaemon&& other) noexcept;
  ~MpsDaemon();

  // The environment of a client that is to get `percentage` of the SMs. CUDA spreads its streams over so many
  // `connections` to the hardware; streams that share one wait for each other. The kernels of clients
  // that are `below_normal` go after those of others.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> client_environment(
      std::uint32_t percentage, std::uint32_t connections, bool below_normal = false) const;

  // Takes the client off the GPU, with its work there; the client's next call of CUDA fails. This takes some
  // 10 ms. A busy client that is killed before this may take the other clients along. One that is stopped
  // (SIGSTOP) makes all others wait until it goes on or dies. Errors: the daemon can't be asked, or does not
  // answer a question within `patience`. It is not checked whether the daemon knows the client.
  [[nodiscard]] Status terminate_client(pid_t client, std::chrono::milliseconds patience) const;

 private:
  MpsDaemon() = default;
  [[nodiscard]] Result<std::string> ask(const std::string& command, std::chrono::milliseconds patience) const;
  [[nodiscard]] Status start_keeper();
  void stop();

  std::string program_;
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  pid_t keeper_ = -1;
  int keeper_input_ = -1;  // closed by the kernel if this process is killed
};

}  // namespace daris
