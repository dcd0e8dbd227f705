// A process of ours that we talk to: a program started anew, lines to its standard input, bytes from its
// standard output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace daris {

// The file that this process runs.
[[nodiscard]] std::string this_program();

// Owns the process: it ends when this goes. Threads: one.
//
// REQUIRES: the thread that starts it lives as long as it shall: the kernel kills the process when that
// thread ends.
class ChildProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  struct Program {
    std::vector<std::string> words;  // the first is the program's file
    Environment changes;             // of the environment
    std::optional<int> descriptor;   // stays open in the process, as number kDescriptor
  };
  static constexpr int kDescriptor = 3;

  // Starts it in a process group of its own (a terminal's Ctrl-C does not reach it). Errors: no process, no
  // pipes.
  [[nodiscard]] static Result<ChildProcess> start(const Program& program);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Errors: it does not listen any more; no signal is raised.
  [[nodiscard]] Status send(const std::string& line);

  // Appends what it says to `bytes`; after `patience` nothing. Errors: it has closed its output, or died.
  [[nodiscard]] Status receive(std::string& bytes, std::chrono::milliseconds patience);

  // Whether it has ended; does not wait. How it did: ending().
  [[nodiscard]] bool ended();
  // "killed by signal 9", "exit status 1"; empty before it was seen to have ended.
  [[nodiscard]] const std::string& ending() const { return ending_; }

  void close_input();
  void kill();

  // Closes its input, upon which it should end; kills it if it has not within `grace_s`.
  void stop(double grace_s);

 private:
  ChildProcess(pid_t pid, int to, int from) : pid_(pid), to_(to), from_(from) {}
  void note_ending(int status);

  pid_t pid_ = -1;  // -1: gone
  int to_ = -1;
  int from_ = -1;
  std::string ending_;
};

}  // namespace daris
