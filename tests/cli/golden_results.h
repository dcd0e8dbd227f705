// The results of short points, as hashes that are committed: which change of the code makes them others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// The results of a point. Equal ids mean equal inputs, so that all else has to be equal too.
struct GoldenPoint {
  std::string id;
  std::string
      point_sha256;  // of all that the report says of the point, but its id, configuration and verdicts
  std::string verdicts_sha256;  // of what it says about the figures: verdicts_of()
  std::string log_sha256;       // of its event log, apart from the names of the program and of files

  bool operator==(const GoldenPoint&) const = default;
};

struct GoldenResults {
  std::uint32_t version = 0;  // kResultsVersion at that time
  std::map<std::string, GoldenPoint> points;
};

// Takes out of a report's point what is said about figures, and no figure of its own: warnings, whether
// objectives are met, intervals of percentiles. These may change under the same version of the results.
[[nodiscard]] Json take_verdicts(Json& point);

[[nodiscard]] GoldenResults golden_from_json(const Json& document);
[[nodiscard]] Json golden_to_json(const GoldenResults& golden);

// What is wrong, and what to do about it, in one line; nullopt if all is well.
[[nodiscard]] std::optional<std::string> golden_complaint(const GoldenResults& recorded,
                                                          const GoldenResults& now);

// Why the results of `now` must not be recorded yet; nullopt if they may be.
[[nodiscard]] std::optional<std::string> recording_complaint(const GoldenResults& recorded,
                                                             const GoldenResults& now);

}  // namespace daris
