// Run configurations as JSON: the `config` of a report's point, and files for `--config`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json/json.h"
#include "base/result.h"
#include "experiment/run_config.h"
#include "experiment/settled_config.h"

namespace daris {

// Every option and every switch; one that the policy does not obey stands at its default once normalised.
// Options of live runs alone are left out where they stand at their default.
[[nodiscard]] Json config_to_json(const RunConfig& config);
[[nodiscard]] Json config_to_json(const SettledConfig& config);

// Sets what `object` has, leaves the rest. `origin` is what messages call it.
// Errors: an unknown key, a wrong type, a value out of range.
[[nodiscard]] Status apply_config_json(RunConfig& config, const Json& object, const std::string& origin);

// Reads `file`: a configuration (schema daris.config), or a report and the id of one of its points, which may
// be left out where there is only one. What it leaves out is as in `defaults`. Errors: as interfaces.md,
// "Input that is wrong".
[[nodiscard]] Result<RunConfig> read_config(const RunConfig& defaults, const std::filesystem::path& file,
                                            const std::optional<std::string>& point);

}  // namespace daris
