// A policy that came from a file, watched while it runs. It can't make an executor do what is impossible: the
// first broken rule, or the first exception, ends it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "plugin/policy_rules.h"
#include "policy/policy.h"
#include "policy/setup.h"

namespace daris {

// Passes on what `policy` decides up to its first failure, and nothing from then on (Policy::failure()).
// Allocates in every step that jobs come or go in, unlike the policies of the table.
class GuardedPolicy final : public Policy {
 public:
  // `file` stands before each message.
  GuardedPolicy(std::string file, const PolicySetup& setup, std::unique_ptr<Policy> policy);

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) override;
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override;
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t group, std::size_t size,
                                                       StageIndex stage) const override;
  [[nodiscard]] std::span<const ContextId> homes() const override;
  [[nodiscard]] const char* failure() const override { return failure_ ? failure_->c_str() : nullptr; }

 private:
  void fail(Time now, const std::string& what);

  std::string file_;
  PolicySetup setup_;
  std::unique_ptr<Policy> policy_;
  PolicyRules rules_;
  std::optional<std::string> failure_;
};

// The homes and estimates that a policy gives are checked when they are asked for. Says what is wrong with
// them; nullopt if they are right.
[[nodiscard]] std::optional<std::string> wrong_answers(const Policy& policy, const PolicySetup& setup);

}  // namespace daris
