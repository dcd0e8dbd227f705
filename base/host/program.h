// What every program does before its own work, and around it.
#pragma once

#include <functional>

namespace daris {

// Runs `work` and returns its exit code. Whatever it throws, such as a lack of memory or of threads, becomes
// one line and kEnvironment. Before that: standard streams that are closed are made unusable, so that no file
// takes their numbers; a limit of file sizes and a pipe without a reader are errors of the write, not
// signals; and signals end the program with kInterrupted (base/host/interrupt.h).
[[nodiscard]] int run_as_program(const std::function<int()>& work);

}  // namespace daris
