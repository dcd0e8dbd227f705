// The names of all policies, for tests that run each of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "policy/registry.h"

namespace daris::testing {

inline std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const PolicyInfo& info : policy_table()) names.emplace_back(info.name);
  return names;
}

// GoogleTest allows no "-" in names of tests.
inline std::string test_name_of(std::string policy) {
  std::replace(policy.begin(), policy.end(), '-', '_');
  return policy;
}

}  // namespace daris::testing
