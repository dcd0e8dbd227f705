// Checks a policy, of the table or from a file, on random task sets (docs/own-policy.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace daris {

// The first case in which a policy breaks a property.
struct BrokenCase {
  std::uint64_t seed = 0;
  Time at;
  std::string what;
  std::string setup;  // describe() of plugin/check/random_setup.h
};

struct CheckedProperty {
  std::string_view name;
  std::optional<BrokenCase> broken;
};

struct PolicyCheck {
  std::vector<CheckedProperty> properties;
  // What the cases had.
  std::uint64_t cases = 0, steps = 0, released = 0, rejected = 0, completed = 0, dropped = 0;
  std::uint64_t contexts_lost = 0, launches_failed = 0;

  [[nodiscard]] bool passed() const;
};

struct PolicyCheckOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t cases = 1000;
  // Is told the seed before each case; false ends the check.
  std::function<bool(std::uint64_t seed)> begin = [](std::uint64_t) { return true; };
};

// Runs each case on two objects of the policy at once, which are given the same events. A case ends with the
// first property that it breaks. REQUIRES: the policy is known (find_policy()). The same options give the
// same outcome if the policy decides by its events alone.
[[nodiscard]] PolicyCheck check_policy(const std::string& name, const PolicyCheckOptions& options);

}  // namespace daris
