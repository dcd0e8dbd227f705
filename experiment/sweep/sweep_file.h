// A sweep as written (schema daris.sweep): a grid of configurations.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "experiment/run_config.h"

namespace daris {

struct Sweep {
  std::string name;  // empty where none was given
  std::vector<RunConfig>
      configs;  // in grid order: task sets outermost, then the axes as written, then the variants
};

inline constexpr std::size_t kSweepConfigsMax = 200'000;

// Expands the grid; what it does not say is as in `defaults`. Names of files stay as written.
// Errors: as interfaces.md, "Input that is wrong"; the message names the place as "grid.load[2]".
[[nodiscard]] Result<Sweep> parse_sweep(std::string_view text, const std::string& origin,
                                        const RunConfig& defaults = {});

// The same of a file; what names a file beside it becomes that file, and what a point with a schedule leaves
// open becomes that of the schedule's log.
[[nodiscard]] Result<Sweep> read_sweep(const std::filesystem::path& file, const RunConfig& defaults = {});

}  // namespace daris
