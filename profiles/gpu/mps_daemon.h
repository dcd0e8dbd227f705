// An MPS control daemon of our own, in a folder of our own: other users' daemons are left alone.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "policy/result.h"

namespace daris {

// Stopped when this goes; by the kernel too if this process is killed. Threads: one.
class MpsDaemon {
 public:
  // Errors: nvidia-cuda-mps-control is missing, or does not come up.
  [[nodiscard]] static Result<MpsDaemon> start();
  MpsDaemon(MpsDaemon&& other) noexcept;
  MpsDaemon& operator=(MpsDaemon&& other) noexcept;
  ~MpsDaemon();

  // Of a client that is to get `percentage` of the SMs.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> client_environment(std::uint32_t percentage) const;

 private:
  MpsDaemon() = default;
  void stop();

  std::string program_;
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

}  // namespace daris
