// Steps of daris-batched allocate nothing once a run has settled: this program counts every allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "policy/policy.h"
#include "policy/registry.h"
#include "tests/base/allocations.h"

namespace daris {
namespace {

constexpr std::uint32_t kTasks = 24;
constexpr std::int64_t kPeriodNs = 1000;

// Two groups with sizes of 1 to 8 inputs, three levels, and more work than four slots can do.
PolicySetup busy_setup(std::uint32_t stages) {
  PolicySetup setup;
  setup.contexts = 2;
  setup.streams = 2;
  setup.switches.bound_ppb = 900'000'000;
  for (std::uint32_t g = 0; g < 2; ++g) {
    BatchGroupSetup group;
    group.batch_limit = 8;
    for (const std::uint32_t inputs : {1U, 2U, 4U, 8U}) {
      const Duration stage = Duration::from_ns(400 + 100 * std::int64_t{inputs} * (g + 1));
      BatchTime& time = group.times.emplace_back();
      time.inputs = inputs;
      time.stages.assign(stages, stage);
      for (const Duration each : time.stages) time.execution += each;
    }
    setup.batch_groups.push_back(group);
  }
  for (std::uint32_t t = 0; t < kTasks; ++t) {
    TaskSetup& task = setup.tasks.emplace_back();
    task.period = Duration::from_ns(kPeriodNs);
    task.relative_deadline = Duration::from_ns(kPeriodNs * (1 + t % 4) * stages);
    task.level = t % 3;
    task.batch_group = t % 2;
    task.stage_estimates.assign(stages, Duration::from_ns(100));
  }
  return setup;
}

// Steps through virtual time, in which each stage takes 80 to 120 percent of what the setup says. Nothing in
// it allocates after the first period.
class World {
 public:
  explicit World(const PolicySetup& setup)
      : setup_(setup), policy_(make_policy("daris-batched", setup).value()), ends_ns_(4, kIdle) {
    events_.reserve(100);
  }

  // Runs `periods` periods of all tasks and returns what the policy's steps have allocated.
  std::uint64_t run(std::uint32_t periods) {
    std::uint64_t in_steps = 0;
    for (const std::uint32_t end = period_ + periods; period_ < end; advance()) {
      collect();
      const std::uint64_t before = testing::allocations();
      const std::span<const Decision> decisions = policy_->step(Time::from_ns(now_ns_), events_);
      in_steps += testing::allocations() - before;
      for (const Decision& decision : decisions) {
        if (const auto* launch = std::get_if<LaunchStage>(&decision)) start(*launch);
        if (std::holds_alternative<RejectJob>(decision)) ++rejected_;
        if (std::holds_alternative<DropJob>(decision)) ++dropped_;
      }
    }
    return in_steps;
  }
  [[nodiscard]] std::uint64_t launches() const { return launches_; }
  [[nodiscard]] std::uint64_t lost() const { return rejected_ + dropped_; }

 private:
  static constexpr std::int64_t kIdle = std::int64_t{1} << 60;

  // Ends come first, then the releases of a period.
  void collect() {
    events_.clear();
    for (std::uint32_t slot = 0; slot < ends_ns_.size(); ++slot) {
      if (ends_ns_[slot] > now_ns_) continue;
      ends_ns_[slot] = kIdle;
      events_.emplace_back(StageFinished{SlotId(slot), Duration::from_ns(1)});
    }
    if (now_ns_ < period_ * kPeriodNs) return;
    for (std::uint32_t t = 0; t < kTasks; ++t)
      events_.emplace_back(JobReleased{{period_, TaskId(t)}, Time::from_ns(now_ns_)});
    ++period_;
  }
  void advance() {
    now_ns_ = std::min(period_ * kPeriodNs, *std::min_element(ends_ns_.begin(), ends_ns_.end()));
  }
  void start(const LaunchStage& launch) {
    const std::uint32_t group = setup_.tasks[launch.jobs.front().task.at()].batch_group;
    const auto time =
        std::find_if(setup_.batch_groups[group].times.begin(), setup_.batch_groups[group].times.end(),
                     [&](const BatchTime& row) { return row.inputs == launch.batch; });
    const auto percent = static_cast<std::int64_t>(80 + ++launches_ * 7 % 41);
    ends_ns_[launch.slot.at()] = now_ns_ + time->stages[launch.stage.at()].ns() * percent / 100;
  }

  PolicySetup setup_;
  std::unique_ptr<Policy> policy_;
  std::vector<std::int64_t> ends_ns_;  // by slot
  std::vector<Event> events_;
  std::int64_t now_ns_ = 0;
  std::uint32_t period_ = 0;
  std::uint64_t launches_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t dropped_ = 0;
};

void expect_no_allocations(const PolicySetup& setup) {
  World world(setup);
  EXPECT_GT(world.run(12000), 0U) << "the count sees nothing";
  EXPECT_EQ(world.run(1000), 0U);
  EXPECT_GT(world.launches(), 2000U);
  EXPECT_GT(world.lost(), 100U) << "the machine is not busy enough";
}

TEST(DarisBatchedAllocation, SettledStepsAllocateNothing) { expect_no_allocations(busy_setup(1)); }

TEST(DarisBatchedAllocation, NorDoTheyWithStages) { expect_no_allocations(busy_setup(3)); }

TEST(DarisBatchedAllocation, NorDoTheyWithHomesAndWithoutPromises) {
  PolicySetup setup = busy_setup(1);
  setup.switches.binding = Binding::kHome;
  setup.switches.promise = false;
  expect_no_allocations(setup);
}

TEST(DarisBatchedAllocation, NorDoTheyByLevelAndWork) {
  PolicySetup setup = busy_setup(1);
  setup.switches.order = BatchOrder::kLevel;
  setup.switches.prediction = Prediction::kWork;
  setup.switches.size = BatchSize::kMost;
  expect_no_allocations(setup);
}

}  // namespace
}  // namespace daris
