#include "tests/policy/random_case.h"

#include <vector>

#include "plugin/check/random_setup.h"
#include "plugin/check/random_source.h"
#include "policy/registry.h"

namespace daris::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSlowBuild = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSlowBuild = true;
#else
constexpr bool kSlowBuild = false;
#endif
#else
constexpr bool kSlowBuild = false;
#endif

}  // namespace

std::uint64_t random_set_count(std::uint64_t wanted) { return kSlowBuild ? wanted / 5 : wanted; }

RandomCase random_case(std::uint64_t seed) {
  RandomSource random(seed);
  RandomCase drawn;
  std::vector<std::string_view> names;
  for (const PolicyInfo& policy : policy_table()) {
    if (!policy.scripted) names.push_back(policy.name);
  }
  const std::size_t row = random.one_in(2) ? random.next() % names.size() : 0;
  drawn.policy = row == 0 ? "daris" : std::string(names[row]);
  drawn.setup = random_setup(*find_policy(drawn.policy), random);
  return drawn;
}

std::string describe(const RandomCase& drawn) { return drawn.policy + ", " + daris::describe(drawn.setup); }

}  // namespace daris::testing
