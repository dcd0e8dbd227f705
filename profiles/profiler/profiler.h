// Runs `daris-profile` from its options to its exit code.
#pragma once

#include <string>

#include "profiles/profiler/options.h"

namespace daris {

// `program` is this executable, for the workers. `command` is what the user typed, for the profile. Writes
// options.output. Talks on stderr; prints the plan of a dry run on stdout. Catches signals
// (base/host/interrupt.h).
int run_profiler(const ProfilerOptions& options, const std::string& program, const std::string& command);

// The name of a profile of that GPU: "h100-80gb-hbm3" for "NVIDIA H100 80GB HBM3".
[[nodiscard]] std::string profile_name(const std::string& gpu);

// The commands of all sittings, joined by " ; ". A repeated command stands once.
[[nodiscard]] std::string join_commands(const std::string& earlier, const std::string& command);

}  // namespace daris
