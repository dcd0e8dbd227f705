// What a validation is held to: limits of a file, or the errors of an earlier validation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/validation/summary.h"
#include "experiment/validation/validation.h"

namespace daris {

// Limits on the summary of one figure. A limit that was not given is not checked.
struct ErrorLimit {
  std::string figure;
  std::optional<std::uint32_t> level;  // nullopt: each level that the figure has
  std::optional<double> mean, p90, largest, bias;
};

struct Tolerances {
  std::optional<double> coverage_min;  // share of the live points that are simulated
  std::vector<ErrorLimit> limits;
};

// A document of schema daris.tolerances. `origin` names the file. Errors: as docs/formats.md, "Input that is
// wrong"; a figure that no validation has.
[[nodiscard]] Result<Tolerances> parse_tolerances(const std::string& text, const std::string& origin);
[[nodiscard]] Result<Tolerances> read_tolerances(const std::filesystem::path& file);

// What is past its limit, a line each. A figure that no point has is past every limit: nothing shows that it
// is kept.
[[nodiscard]] std::vector<std::string> past_tolerances(const Validation& validation,
                                                       const Tolerances& tolerances);

// Reads a document of schema daris.validation.
[[nodiscard]] Result<Json> read_validation(const std::filesystem::path& file);

// What is worse than in the validation `before`, a line each. Fewer points are simulated, or a figure of the
// summary is gone. Or its mean, p90, largest or bias grew by more than a tenth of itself; growth of less than
// 0.001 is none.
[[nodiscard]] std::vector<std::string> worse_than(const Validation& validation, const Json& before);

}  // namespace daris
