// A sweep as written (schema daris.sweep): a grid of configurations.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "experiment/run_config.h"

namespace daris {

// The configurations are made when they are asked for, since a million of them would take a gigabyte.
struct Sweep {
  std::string name;  // empty if none was given
  std::size_t size = 0;
  // Gives the configuration of an index, in grid order: task sets outermost, then the axes as written, then
  // the variants. One thread at a time. Errors: the log that it names can't be followed. REQUIRES: the index
  // is below the size.
  std::function<Result<RunConfig>(std::size_t)> config;
};

inline constexpr std::size_t kSweepConfigsMax = 1'000'000;

// Expands the grid; `defaults` fill in what it does not say. Names of files stay as written. Errors: see
// docs/formats.md, "Input that is wrong"; the message names the place as "grid.load[2]".
[[nodiscard]] Result<Sweep> parse_sweep(std::string_view text, const std::string& origin,
                                        const RunConfig& defaults = {});

// The same for a file. Names of files beside it become those files. If a point has a log of a schedule or of
// releases, the log fills in what the point leaves open; each log is read once.
[[nodiscard]] Result<Sweep> read_sweep(const std::filesystem::path& file, const RunConfig& defaults = {});

}  // namespace daris
