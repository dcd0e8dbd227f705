// Watches a policy from outside, event by event and decision by decision, and notes every broken rule.
//
// For every policy: the rules of plugin/policy_rules.h. For those of the table too:
// - The lowest free slot is taken.
// - Decisions about jobs come before launches.
// - No slot is free beside a job that could run in it (batching may wait with a timer set).
//
// A recorded schedule chooses its slots and when to wait by itself. For policies with homes too: a job stays
// in its context, and launches go by ascending context. With default switches: no level-0 job is rejected,
// and within a level and class the earliest virtual deadline goes first.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/policy_rules.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "policy/setup.h"

namespace daris::testing {

class InvariantChecker {
 public:
  InvariantChecker(const PolicyInfo& info, const PolicySetup& setup);

  // Checks a step that `policy` has just decided.
  void check_step(Time now, std::span<const Event> events, std::span<const Decision> decisions,
                  const Policy& policy);
  // Checks the end, when nothing more will come: every admitted job must have ended.
  void check_end();

  struct Counts {
    std::uint64_t steps = 0;
    std::uint64_t released = 0;
    std::uint64_t admitted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t completed = 0;
    std::uint64_t dropped = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  using Job = PolicyRules::Job;
  // What is known of a job beyond the rules.
  struct Beyond {
    bool late = false;
    bool moved = false;  // its context was lost before it started
    std::vector<Time> virtual_deadlines;
  };

  void require(bool holds, const std::string& what);
  void take_events(Time now, std::span<const Event> events);
  void take(Time now, const StageFinished& finished);
  void take_decision(const Decision& decision, const Policy& policy);
  void take(const AdmitJob& admit, const Policy& policy);
  void take(const RejectJob& reject);
  void take(const DropJob& drop);
  void take(const LaunchStage& launch);
  // `job`: before the launch.
  void check_launched_job(const LaunchStage& launch, JobId id, const Job& job);
  void check_order(const LaunchStage& launch, JobId id, const Job& job);
  void check_work_conservation(const Policy& policy);
  // Whether all instances of the job's group are busy.
  [[nodiscard]] bool lacks_instance(JobId id) const;
  // The latest start from which a batch that holds the job would be in time, by the policy's present
  // estimate.
  [[nodiscard]] Time last_start(JobId id, const Job& job, const Policy& policy) const;
  [[nodiscard]] bool obeys(std::string_view key) const;
  [[nodiscard]] bool is_free(std::size_t slot) const;
  // The task's level may use the context.
  [[nodiscard]] bool permits(std::size_t context, TaskId task) const;
  [[nodiscard]] bool has_free_slot(std::size_t context) const;
  [[nodiscard]] int order_class(JobId id, const Job& job) const;

  PolicyInfo info_;
  PolicySetup setup_;  // with the levels that each context may use
  bool has_homes_;
  bool default_switches_;
  PolicyRules rules_;
  Time now_;
  std::map<JobId, Beyond> beyond_;
  bool launched_ = false;  // in this step
  SlotId last_launched_;
  Time timer_ = Time::never();
  Counts counts_;
  std::vector<std::string> problems_;
};

}  // namespace daris::testing
