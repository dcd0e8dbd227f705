// Run configurations as JSON: the `config` of a report's point, and files for `--config`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/run_config.h"
#include "experiment/settled_config.h"

namespace daris {

// Writes every option and every switch that the policy has. In a settled configuration switches that the
// policy does not obey are at their defaults. Options that only live runs have are left out if they are at
// their defaults. So are options that are newer than version 0.1.0, and the shape if it is chosen.
[[nodiscard]] Json config_to_json(const RunConfig& config);
[[nodiscard]] Json config_to_json(const SettledConfig& config);

// Sets the options and switches that `object` has, and leaves the rest. Messages call it `origin`.
// Errors: an unknown key, a wrong type, a value out of range.
[[nodiscard]] Status apply_config_json(RunConfig& config, const Json& object, const std::string& origin);

// A document: a configuration (schema daris.config), a report and the id of one of its points, or a capacity
// or recommendation. The id may be left out if there is only one point. `defaults` fill in what the file does
// not say. Errors: see docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<RunConfig> parse_config(const RunConfig& defaults, const std::string& text,
                                             const std::string& origin,
                                             const std::optional<std::string>& point);

// The same for a file.
[[nodiscard]] Result<RunConfig> read_config(const RunConfig& defaults, const std::filesystem::path& file,
                                            const std::optional<std::string>& point);

}  // namespace daris
