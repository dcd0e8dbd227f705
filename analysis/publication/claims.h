// Claims about figures, as predicates over points with exact configurations (schema daris.claims).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"

namespace daris {

// Chooses a point, and a figure of it.
struct ClaimSide {
  std::string figure;  // a name of measured.h; of a level with "levelN_" before it
  // Settings that the point has: a key of the configuration ("switches.bound"), and the values allowed.
  std::vector<std::pair<std::string, std::vector<Json>>> of;
  std::string by;  // of all such points, the one with most of this figure
};

enum class Comparison { kNone, kRatio, kDifference };

struct Claim {
  std::string name;
  std::string text;
  ClaimSide what;
  // Without settings of its own it is of the same point as `what`.
  std::optional<ClaimSide> against;
  Comparison comparison = Comparison::kNone;  // what / against, or what - against
  double limit = 0;
  bool at_least = true;   // else at most
  bool observed = false;  // judged by the value alone, not by its interval
};

struct Claims {
  std::string source;  // who claims it
  std::string sha256;  // of the file's bytes
  std::vector<Claim> claims;
};

// `origin` names the file. Errors: as docs/formats.md, "Input that is wrong"; two claims of one name.
[[nodiscard]] Result<Claims> parse_claims(const std::string& text, const std::string& origin);
[[nodiscard]] Result<Claims> read_claims(const std::string& file);

}  // namespace daris
