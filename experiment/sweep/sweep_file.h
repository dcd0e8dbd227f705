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
  std::string name;  // empty if none was given
  // In grid order: task sets outermost, then the axes as written, then the variants.
  std::vector<RunConfig> configs;
};

inline constexpr std::size_t kSweepConfigsMax = 200'000;

// Expands the grid; `defaults` fill in what it does not say. Names of files stay as written. Errors: see
// docs/formats.md, "Input that is wrong"; the message names the place as "grid.load[2]".
[[nodiscard]] Result<Sweep> parse_sweep(std::string_view text, const std::string& origin,
                                        const RunConfig& defaults = {});

// The same for a file. Names of files beside it become those files. If a point has a log of a schedule or of
// releases, the log fills in what the point leaves open.
[[nodiscard]] Result<Sweep> read_sweep(const std::filesystem::path& file, const RunConfig& defaults = {});

}  // namespace daris
