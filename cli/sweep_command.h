// `daris sweep` in either world.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"

namespace daris {

[[nodiscard]] CommandSpec sweep_spec();

// Does what `arguments`, read by sweep_spec(), ask for. The caller has seen to --live. `defaults` fill in
// what the sweep's file does not say. Returns the exit code.
[[nodiscard]] int sweep_command(const Arguments& arguments, const std::string& command,
                                const RunConfig& defaults, PointRunner& runner);

}  // namespace daris
