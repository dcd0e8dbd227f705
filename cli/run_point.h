// Shares what `daris sim` and `daris run` do alike: one configuration in, one report out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/run_flags.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"
#include "experiment/run_options.h"

namespace daris {

// The options of run_flags(world), then --log, --require-slo and --output.
[[nodiscard]] std::vector<Flag> point_flags(OptionWorld world);

struct PointCommand {
  const Arguments* arguments = nullptr;  // not owned
  std::string command;                   // for provenance
  RunConfig config;
  // Set if the command asks for a point of a report once more, and changes nothing of it: the point's id, and
  // what the report is called.
  std::optional<PointAgain> again;
  std::size_t threads = 1;
};

// Runs the configuration and writes its report as --output says; shows a table on a terminal. Returns the
// exit code.
[[nodiscard]] int run_point(PointRunner& runner, const PointCommand& command);

}  // namespace daris
