// Tells which points of two reports are of one configuration.
#pragma once

#include <string>
#include <vector>

#include "base/json/json_fwd.h"

namespace daris {

// Keys are those of a `config` ("policy", "load") and of its switches ("bound"); "switches" means all of
// them.
struct MatchRule {
  std::vector<std::string> by;      // if not empty: only these have to be equal
  std::vector<std::string> ignore;  // these may differ
};

// Equal texts mean that the rule takes the points for one configuration. Seed and number of replications
// never count: they tell runs of one configuration apart. Nor does whether misses are blamed. A switch that
// the configuration lacks has the default of its policy, so that reports of older programs are matched too.
[[nodiscard]] std::string point_key(const Json& config, const MatchRule& rule);

// The keys in which two configurations differ under the rule, ascending.
[[nodiscard]] std::vector<std::string> differing_keys(const Json& a, const Json& b, const MatchRule& rule);

// "load 1.5, policy daris": the settings of a configuration that are not the same in all of `configs`,
// without seed and replications. Threads: any.
class PointNames {
 public:
  explicit PointNames(const std::vector<const Json*>& configs);
  // Falls back on the task set if nothing differs.
  [[nodiscard]] std::string of(const Json& config) const;

 private:
  std::vector<std::string> differing_;
};

}  // namespace daris
