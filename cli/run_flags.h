// The flags that `sim` and `run` share, and the configuration that they give.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "experiment/run_config.h"
#include "experiment/run_options.h"

namespace daris {

// One a row of run_options() that `world` has, then --set, --pace, --config and --point.
[[nodiscard]] std::vector<Flag> run_flags(OptionWorld world);

// `defaults`, then the log of a --schedule, then --config, then the flags. Errors: of the input; messages
// name the flag or the file.
[[nodiscard]] Result<RunConfig> config_from(const Arguments& arguments, const RunConfig& defaults);

// The switches, one a line, for help.
[[nodiscard]] std::string switches_help();

}  // namespace daris
