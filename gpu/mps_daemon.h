// An MPS control daemon of our own, in a folder of our own: other users' daemons are left alone.
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

// Stopped when this goes, and its folder removed; if this process is killed, by a shell that outlives it.
// Threads: one; terminate_client() any, while this is not moved or destroyed.
class MpsDaemon {
 public:
  // Errors: nvidia-cuda-mps-control is missing, or does not come up.
  [[nodiscard]] static Result<MpsDaemon> start();
  MpsDaemon(MpsDaemon&& other) noexcept;
  MpsDaemon& operator=(MpsDaemon&& other) noexcept;
  ~MpsDaemon();

  // Of a client that is to get `percentage` of the SMs. CUDA spreads streams over so many connections to the
  // hardware: those that share one wait for each other.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> client_environment(
      std::uint32_t percentage, std::uint32_t connections) const;

  // Takes the client off the GPU, with what it runs there; its next call of CUDA fails. Takes some 10 ms. A
  // busy client that is killed before this may take the other clients along; one that is stopped (SIGSTOP)
  // has all of them wait until it goes on or dies. Errors: the daemon can't be asked, or does not answer a
  // question within `patience`; that it knows the client is not checked.
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
