// The simulator against closed forms of queueing and scheduling theory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#include "drive/observer.h"
#include "policy/registry.h"
#include "sim/simulate.h"
#include "tests/sim/test_random.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

// Response times by job index: releases.at(i) is job i's.
class Responses final : public Observer {
 public:
  Responses(const GpuModel& gpu, const ReleaseList& releases)
      : running_(std::size_t{gpu.contexts} * gpu.streams) {
    ordinals_.resize(gpu.task_class.size());
    for (const Release& release : releases) ordinals_[release.job.task.at()].push_back(release.nominal);
  }
  void on_step(const Step& step) override {
    for (const Event& event : step.events) {
      const auto* finished = std::get_if<StageFinished>(&event);
      if (finished == nullptr) continue;
      const JobId job = running_[finished->slot.at()];
      response_ns.push_back(static_cast<double>((step.now - ordinals_[job.task.at()][job.ordinal]).ns()));
    }
    for (const Decision& decision : step.decisions) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision))
        running_[launch->slot.at()] = launch->jobs.front();
    }
  }
  void on_end(Time) override {}
  std::vector<double> response_ns;  // in order of completion, which for a FIFO slot is that of release

 private:
  std::vector<std::vector<Time>> ordinals_;
  std::vector<JobId> running_;
};

std::vector<double> responses_of(const GpuModel& gpu, const ReleaseList& releases, const char* policy_name,
                                 Duration deadline, Time end) {
  const PolicySetup setup = toy_setup(gpu, deadline);
  const auto policy = make_policy(policy_name, setup);
  EXPECT_TRUE(policy.ok()) << policy.error().message;
  Responses responses(gpu, releases);
  Observer* const watching = &responses;
  simulate({&gpu, &setup, releases, {}, end, {}}, *policy.value(), {&watching, 1});
  return responses.response_ns;
}

// --- Queues: Poisson arrivals at one slot, first come first served ---

constexpr double kServiceNs = 100'000;
constexpr int kReplications = 20;
constexpr std::size_t kJobs = 20'000;
constexpr std::size_t kWarmJobs = 2'000;
constexpr double kStudent19At99 = 2.861;

double exponential(TestRandom& random, double mean) { return -std::log(random.unit()) * mean; }

// The mean response in one replication. Each job is a task and work class of its own, so its service time is
// its own too.
double mean_response(std::uint32_t seed, double utilization, bool exponential_service) {
  TestRandom random(seed);
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  ReleaseList releases;
  double at = 0;
  for (std::uint32_t index = 0; index < kJobs; ++index) {
    StageCost cost;
    cost.alone_ns = exponential_service ? exponential(random, kServiceNs) : kServiceNs;
    add_task(gpu, {cost});
    at += exponential(random, kServiceNs / utilization);
    releases.push_back({at_ns(static_cast<std::int64_t>(at)), JobId{0, TaskId(index)}});
  }
  const std::vector<double> all =
      responses_of(gpu, releases, "fifo", for_ns(std::int64_t{1} << 39), releases.back().nominal + for_ns(1));
  EXPECT_EQ(all.size(), kJobs);
  const double sum = std::accumulate(all.begin() + kWarmJobs, all.end(), 0.0);
  return sum / static_cast<double>(kJobs - kWarmJobs);
}

// Expects that the closed form lies in the 99% interval of the replications, and that this interval is
// narrow.
void expect_mean_response(double expected_ns, double utilization, bool exponential_service) {
  std::vector<double> means;
  for (std::uint32_t seed = 1; seed <= kReplications; ++seed) {
    means.push_back(mean_response(seed, utilization, exponential_service));
  }
  const double mean = std::accumulate(means.begin(), means.end(), 0.0) / kReplications;
  double squares = 0;
  for (const double value : means) squares += (value - mean) * (value - mean);
  const double half_width = kStudent19At99 * std::sqrt(squares / (kReplications - 1) / kReplications);
  EXPECT_LT(half_width, 0.05 * expected_ns);
  EXPECT_NEAR(mean, expected_ns, half_width) << "at utilization " << utilization;
}

TEST(Theory, MeanResponseOfMM1) {
  for (const double utilization : {0.3, 0.7}) {
    expect_mean_response(kServiceNs / (1 - utilization), utilization, true);
  }
}

TEST(Theory, MeanResponseOfMD1) {
  for (const double utilization : {0.3, 0.8}) {
    expect_mean_response(kServiceNs * (1 + utilization / (2 * (1 - utilization))), utilization, false);
  }
}

// --- EDF on one slot: jobs run to their end once started (no pre-emption inside a stage) ---

struct PeriodicTask {
  std::int64_t period;
  std::int64_t execution;
};

// Jeffay, Stanat and Martel (1991): non-preemptive EDF meets every deadline of periodic tasks, whatever their
// offsets, if and only if U <= 1 and, with periods ascending, for each task i and each L in (T_1, T_i): L >=
// C_i + sum over j < i of floor((L - 1) / T_j) * C_j.
bool fits(std::vector<PeriodicTask> tasks) {
  std::sort(tasks.begin(), tasks.end(), [](auto a, auto b) { return a.period < b.period; });
  std::int64_t hyperperiod = 1;
  for (const PeriodicTask& task : tasks) hyperperiod = std::lcm(hyperperiod, task.period);
  std::int64_t demand = 0;
  for (const PeriodicTask& task : tasks) demand += hyperperiod / task.period * task.execution;
  if (demand > hyperperiod) return false;
  for (std::size_t i = 1; i < tasks.size(); ++i) {
    for (std::int64_t length = tasks[0].period + 1; length < tasks[i].period; ++length) {
      std::int64_t needed = tasks[i].execution;
      for (std::size_t j = 0; j < i; ++j) needed += (length - 1) / tasks[j].period * tasks[j].execution;
      if (needed > length) return false;
    }
  }
  return true;
}

int misses_of(const std::vector<PeriodicTask>& tasks, std::uint32_t seed, std::int64_t end) {
  TestRandom random(seed);
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  ReleaseList releases;
  for (std::uint32_t index = 0; index < tasks.size(); ++index) {
    StageCost cost;
    cost.alone_ns = static_cast<double>(tasks[index].execution);
    add_task(gpu, {cost});
    std::uint32_t ordinal = 0;
    const std::int64_t offset = random.below(static_cast<std::uint32_t>(tasks[index].period));
    for (std::int64_t at = offset; at < end; at += tasks[index].period) {
      releases.push_back({at_ns(at), JobId{ordinal++, TaskId(index)}});
    }
  }
  std::sort(releases.begin(), releases.end(), [](const Release& a, const Release& b) {
    return a.nominal != b.nominal ? a.nominal < b.nominal : a.job < b.job;
  });
  PolicySetup setup = toy_setup(gpu, for_ns(1));
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    setup.tasks[index].period = setup.tasks[index].relative_deadline = for_ns(tasks[index].period);
  }
  const auto policy = make_policy("edf", setup);
  EXPECT_TRUE(policy.ok()) << policy.error().message;
  class Misses final : public Observer {
   public:
    Misses(const std::vector<PeriodicTask>& of, const ReleaseList& list) : tasks_(of) {
      for (const Release& release : list) open_.push_back(release);
    }
    void on_step(const Step& step) override {
      for (const Event& event : step.events) {
        if (!std::holds_alternative<StageFinished>(event)) continue;
        const auto release =
            std::find_if(open_.begin(), open_.end(), [&](const Release& one) { return one.job == running_; });
        if (step.now > release->nominal + for_ns(tasks_[running_.task.at()].period)) ++count;
        open_.erase(release);
      }
      for (const Decision& decision : step.decisions) {
        if (const auto* launch = std::get_if<LaunchStage>(&decision)) running_ = launch->jobs.front();
      }
    }
    void on_end(Time at) override {
      for (const Release& release : open_)
        count += at >= release.nominal + for_ns(tasks_[release.job.task.at()].period);
    }
    int count = 0;

   private:
    const std::vector<PeriodicTask>& tasks_;
    ReleaseList open_;
    JobId running_;
  } misses(tasks, releases);
  Observer* const watching = &misses;
  simulate({&gpu, &setup, releases, {}, at_ns(end), {}}, *policy.value(), {&watching, 1});
  return misses.count;
}

// The periods have few divisors, so that the hyperperiod stays small.
constexpr std::int64_t kPeriods[] = {60, 120, 180, 240, 360, 720};

std::vector<PeriodicTask> random_tasks(TestRandom& random) {
  std::vector<PeriodicTask> tasks(2 + random.below(4));
  for (PeriodicTask& task : tasks) {
    task.period = kPeriods[random.below(6)];
    task.execution = 1 + random.below(40);
  }
  return tasks;
}

TEST(Theory, EdfMeetsEveryDeadlineOfSetsThatFit) {
  int sets = 0;
  for (std::uint32_t seed = 0; sets < 300; ++seed) {
    TestRandom random(seed);
    const std::vector<PeriodicTask> tasks = random_tasks(random);
    if (!fits(tasks)) continue;
    ++sets;
    ASSERT_EQ(misses_of(tasks, seed, std::int64_t{5} * 720), 0) << "seed " << seed;
  }
}

TEST(Theory, EdfMissesADeadlineOfEverySetAboveUtilizationOne) {
  int sets = 0;
  for (std::uint32_t seed = 0; sets < 300; ++seed) {
    TestRandom random(seed);
    const std::vector<PeriodicTask> tasks = random_tasks(random);
    std::int64_t demand = 0;
    for (const PeriodicTask& task : tasks) demand += 720 / task.period * task.execution;
    if (demand <= 720) continue;
    ++sets;
    // The backlog grows by at least 1 every 720. It passes the longest deadline before this end.
    const std::int64_t end = 720 * (2 + std::int64_t{2} * 720 / (demand - 720));
    ASSERT_GT(misses_of(tasks, seed, end), 0) << "seed " << seed;
  }
}

TEST(Theory, EdfRunsEqualPeriodsUpToUtilizationOneAndNoFurther) {
  const std::vector<PeriodicTask> full{{720, 100}, {720, 500}, {720, 120}};
  EXPECT_EQ(misses_of(full, 3, std::int64_t{100} * 720), 0);
  const std::vector<PeriodicTask> over{{720, 100}, {720, 500}, {720, 121}};
  EXPECT_GT(misses_of(over, 3, std::int64_t{1000} * 720), 0);
}

}  // namespace
}  // namespace daris
