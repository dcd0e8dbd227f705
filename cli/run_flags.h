// The flags that `sim` and `run` share, and the configuration that they give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "experiment/run_config.h"
#include "experiment/run_options.h"

namespace daris {

// What a command does with a configuration: it runs it, or plans runs of its own from it. A plan settles by
// itself how many replications run and from when on they count.
enum class FlagUse { kRun, kPlan };

// A flag for each row of run_options() that `world` has and `use` leaves open, then --set, --pace, --config
// and --point. Help says what is in `defaults`.
[[nodiscard]] std::vector<Flag> run_flags(OptionWorld world, FlagUse use = FlagUse::kRun,
                                          const RunConfig& defaults = RunConfig());

// Begins with `defaults`; --config wins over them, and flags win over both. The log of --schedule or
// --releases fills in what none of them says. What a plan settles by itself is as in `defaults`. Errors: of
// the input; messages name the flag or the file.
[[nodiscard]] Result<RunConfig> config_from(const Arguments& arguments, const RunConfig& defaults,
                                            FlagUse use = FlagUse::kRun);

// A point of a report that is to run once more.
struct PointAgain {
  std::string id;
  std::string report;  // the file
};

// The point that --config names, if it is one of a report of `kind` and no other flag changes what runs.
[[nodiscard]] std::optional<PointAgain> point_again(const Arguments& arguments, ReportKind kind);

// The switches, one in a line, for help.
[[nodiscard]] std::string switches_help();

}  // namespace daris
