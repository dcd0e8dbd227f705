// `daris sweep` in either world.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"

namespace daris {

[[nodiscard]] CommandSpec sweep_spec();

// Runs what `arguments`, read by sweep_spec(), ask for; --live is the caller's affair. What the sweep's file
// does not say is as in `defaults`. Gives the exit code.
[[nodiscard]] int sweep_command(const Arguments& arguments, const std::string& command,
                                const RunConfig& defaults, PointRunner& runner);

}  // namespace daris
