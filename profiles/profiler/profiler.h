// `daris-profile` from its options to its exit code.
#pragma once

#include <string>

#include "profiles/profiler/options.h"

namespace daris {

// `program`: this executable, for the workers. `command`: what the user typed, for the profile.
// Writes options.output; talks on stderr, and the plan of a dry run on stdout. Handles SIGINT and SIGTERM
// while it runs.
int run_profiler(const ProfilerOptions& options, const std::string& program, const std::string& command);

// "h100-80gb-hbm3" of "NVIDIA H100 80GB HBM3": what a profile of that GPU is called.
[[nodiscard]] std::string profile_name(const std::string& gpu);

// The commands of all sittings, joined by " ; "; one that is repeated stands once.
[[nodiscard]] std::string join_commands(const std::string& earlier, const std::string& command);

}  // namespace daris
