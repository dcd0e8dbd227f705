#include "plugin/check/policy_check.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "plugin/check/random_source.h"
#include "plugin/guarded_policy.h"
#include "plugin/loader.h"
#include "plugin/policy_rules.h"
#include "policy/registry.h"

namespace daris {
namespace {

constexpr std::uint64_t kStepsMax = 20'000;  // of one case; the longest that ends has some thousand

// Beside the rules of plugin/policy_rules.h, in this order.
enum Property : std::size_t { kMakes = kPolicyRules, kThrows, kAnswers, kEqual, kEnds, kProperties };
constexpr std::array<std::string_view, kProperties - kPolicyRules> kTexts{
    "it takes every setup that its description promises to take",
    "it throws nothing",
    "its homes and estimates are those of the setup's tasks and stages",
    "a second object decides the same for the same events",
    "a run comes to its end",
};

struct Broken {
  std::size_t property;
  std::string what;
};

bool are_equal(std::span<const Decision> a, std::span<const Decision> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// One random case.
class Case {
 public:
  Case(const std::string& name, std::uint64_t seed, PolicyCheck& counts)
      : name_(name), random_(seed), setup_(random_setup(*find_policy(name), random_)), counts_(counts) {
    own_ = own_setup(*find_policy(name), setup_);
    rules_.emplace(own_);
  }

  [[nodiscard]] std::optional<Broken> run(std::uint64_t seed) {
    if (std::optional<Broken> broken = make(first_)) return broken;
    if (std::optional<Broken> broken = make(second_)) return broken;
    RandomRun events(setup_, seed);
    for (std::uint64_t steps = 0; steps < kStepsMax; ++steps) {
      const auto step = events.next_step();
      if (!step) return of_rule(rules_->end_run());
      ++counts_.steps;
      if (std::optional<Broken> broken = take(*step, events)) return broken;
    }
    return Broken{kEnds, "it did not end in " + std::to_string(kStepsMax) + " steps"};
  }

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] const PolicySetup& setup() const { return setup_; }

 private:
  static std::optional<Broken> of_rule(std::optional<BrokenRule> broken) {
    if (!broken) return std::nullopt;
    return Broken{static_cast<std::size_t>(broken->rule), std::move(broken->what)};
  }

  std::optional<Broken> make(std::unique_ptr<Policy>& policy) {
    Result<std::unique_ptr<Policy>> made = make_unguarded_policy(name_, setup_);
    if (!made.ok()) return Broken{kMakes, made.error().message};
    policy = std::move(made).value();
    return answers(*policy);
  }

  std::optional<Broken> answers(const Policy& policy) const {
    if (std::optional<std::string> wrong = wrong_answers(policy, setup_)) return Broken{kAnswers, *wrong};
    return thrown(policy);
  }

  static std::optional<Broken> thrown(const Policy& policy) {
    if (policy.failure() == nullptr) return std::nullopt;
    return Broken{kThrows, policy.failure()};
  }

  std::optional<Broken> take(const RandomRun::Step& step, RandomRun& events) {
    now_ = step.now;
    count(step.events);
    rules_->begin_step(step.events);
    counts_.completed += rules_->completed();
    const std::span<const Decision> decisions = first_->step(step.now, step.events);
    if (std::optional<Broken> broken = thrown(*first_)) return broken;
    for (const Decision& decision : decisions) {
      if (std::optional<Broken> broken = of_rule(rules_->take(step.now, decision))) return broken;
      counts_.rejected += std::holds_alternative<RejectJob>(decision) ? 1 : 0;
      counts_.dropped += std::holds_alternative<DropJob>(decision) ? 1 : 0;
    }
    if (std::optional<Broken> broken = of_rule(rules_->end_step())) return broken;
    if (!are_equal(decisions, second_->step(step.now, step.events)))
      return Broken{kEqual, "two objects that were given the same events decide differently"};
    if (std::optional<Broken> broken = answers(*first_)) return broken;
    events.apply(decisions);
    return std::nullopt;
  }

  void count(std::span<const Event> events) {
    for (const Event& event : events) {
      counts_.released += std::holds_alternative<JobReleased>(event) ? 1 : 0;
      counts_.contexts_lost += std::holds_alternative<ContextLost>(event) ? 1 : 0;
      counts_.launches_failed += std::holds_alternative<LaunchFailed>(event) ? 1 : 0;
    }
  }

  const std::string& name_;
  RandomSource random_;
  PolicySetup setup_;
  PolicySetup own_;  // what the policy is told
  PolicyCheck& counts_;
  std::optional<PolicyRules> rules_;
  std::unique_ptr<Policy> first_;
  std::unique_ptr<Policy> second_;
  Time now_;
};

std::vector<CheckedProperty> all_properties() {
  std::vector<CheckedProperty> all;
  all.reserve(kProperties);
  for (std::size_t rule = 0; rule < kPolicyRules; ++rule)
    all.push_back({to_text(static_cast<PolicyRule>(rule)), std::nullopt});
  for (const std::string_view text : kTexts) all.push_back({text, std::nullopt});
  return all;
}

}  // namespace

bool PolicyCheck::passed() const {
  return std::none_of(properties.begin(), properties.end(),
                      [](const CheckedProperty& property) { return property.broken.has_value(); });
}

PolicyCheck check_policy(const std::string& name, const PolicyCheckOptions& options) {
  PolicyCheck check;
  check.properties = all_properties();
  for (std::uint64_t i = 0; i < options.cases; ++i) {
    const std::uint64_t seed = options.first_seed + i;
    if (!options.begin(seed)) break;
    ++check.cases;
    Case one(name, seed, check);
    std::optional<Broken> broken = one.run(seed);
    if (!broken) continue;
    std::optional<BrokenCase>& first = check.properties[broken->property].broken;
    if (!first) first = BrokenCase{seed, one.now(), std::move(broken->what), describe(one.setup())};
  }
  return check;
}

}  // namespace daris
