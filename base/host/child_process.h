// A process of ours that we talk to: we write lines to its standard input and read bytes from its standard
// output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/host/spawn.h"
#include "base/result.h"

namespace daris {

// Owns the process, which ends when this object is destroyed. Threads: one.
//
// REQUIRES: the thread that starts the process lives at least as long: when it ends, the kernel kills the
// process.
class ChildProcess {
 public:
  using Environment = daris::Environment;

  struct Program {
    std::vector<std::string> words;  // the first is the program's file
    Environment changes;             // of the environment
    std::optional<int> descriptor;   // stays open in the process, as number kDescriptor
    bool only_changes = false;       // it has no other environment variables than `changes`
    bool quiet = false;              // its standard error goes nowhere
  };
  static constexpr int kDescriptor = kSpawnDescriptor;

  // Starts it in a process group of its own, so that a terminal's Ctrl-C does not reach it. Errors: of the
  // environment, no process or no pipes.
  [[nodiscard]] static Result<ChildProcess> start(const Program& program);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Errors: the process does not listen any more. No signal is raised then.
  [[nodiscard]] Status send(const std::string& line);

  // Appends what the process says to `bytes`; adds nothing if it says nothing within `patience`. Errors: the
  // process has closed its output, or died.
  [[nodiscard]] Status receive(std::string& bytes, std::chrono::milliseconds patience);

  // Tells whether the process has ended; does not wait. ending() then says how.
  [[nodiscard]] bool ended();
  // "killed by signal 9", "exit status 1"; empty until ended() or stop() has seen the end.
  [[nodiscard]] const std::string& ending() const { return ending_; }

  void close_input();
  void kill();

  // Closes its input, upon which the process should end; kills it if it has not ended within `grace_s`.
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
