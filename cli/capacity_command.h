// `daris capacity`, with or without real hardware.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "experiment/point_runner.h"

namespace daris {

[[nodiscard]] CommandSpec capacity_spec();

// Does what the command line says. `command` is its text, for the provenance. `live` runs what --live asks
// for; null if it was not given. Returns an exit code.
[[nodiscard]] int capacity_command(const Arguments& arguments, const std::string& command, PointRunner* live);

}  // namespace daris
