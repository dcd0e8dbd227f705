#include "plugin/check/random_setup.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "plugin/check/random_run.h"
#include "policy/policy.h"
#include "policy/schedule_builder.h"

namespace daris {
namespace {

PolicySwitches random_switches(RandomSource& random) {
  PolicySwitches switches;
  switches.last_class = !random.one_in(4);
  switches.late_class = !random.one_in(4);
  switches.fixed_priority = !random.one_in(6);
  switches.estimator = random.one_in(4) ? Estimator::kAfet : Estimator::kMret;
  switches.window = random.count(1, 7);
  switches.migration = !random.one_in(4);
  constexpr std::array<Admission, 4> kAdmissions{Admission::kConsistent, Admission::kConsistent,
                                                 Admission::kPublished, Admission::kNone};
  switches.admission = kAdmissions[random.count(0, 3)];
  switches.admission_level0 = random.one_in(4);
  switches.bound_ppb = random.one_in(2) ? 1'000'000'000 : random.between(300'000'000, 1'500'000'000);
  switches.wait = random.one_in(2) ? BatchWait::kLatest : BatchWait::kNone;
  switches.staging = !random.one_in(3);
  switches.binding = random.one_in(3) ? Binding::kHome : Binding::kLate;
  switches.join = !random.one_in(4);
  switches.order = random.one_in(4) ? BatchOrder::kLevel : BatchOrder::kUrgency;
  switches.full_first = !random.one_in(4);
  switches.size = random.one_in(4) ? BatchSize::kMost : BatchSize::kRate;
  switches.promise = !random.one_in(6);
  switches.prediction = random.one_in(4) ? Prediction::kWork : Prediction::kList;
  constexpr std::array<Ahead, 4> kAheads{Ahead::kLatestStart, Ahead::kLatestStart, Ahead::kDeadline,
                                         Ahead::kOff};
  switches.ahead = kAheads[random.count(0, 3)];
  switches.learn = !random.one_in(4);
  switches.cheap_first = !random.one_in(4);
  switches.spread = !random.one_in(4);
  switches.guard = !random.one_in(4);
  switches.drop_hopeless = !random.one_in(4);
  switches.shed = random.one_in(2);
  switches.instances = random.one_in(2) ? kInstancesAll : random.count(1, 4);
  if (random.one_in(2)) switches.queue_delay = Duration::from_ns(1000 * random.between(1, 20));
  return switches;
}

// Splits the time into so many stages of 1 ns or more; the time grows if it is too short.
void split_into_stages(RandomSource& random, std::uint32_t stages, BatchTime& time) {
  if (stages < 2) return;
  for (std::uint32_t left = stages; left > 0; --left) {
    const std::int64_t rest_ns = time.execution.ns() / left;
    time.stages.push_back(Duration::from_ns(random.between(1, std::max<std::int64_t>(1, rest_ns))));
  }
  time.execution = Duration();
  for (const Duration stage : time.stages) time.execution += stage;
}

BatchGroupSetup random_batch_group(RandomSource& random, std::int64_t grain, std::uint32_t stages) {
  BatchGroupSetup group;
  std::int64_t time_ns = grain * random.between(1, 4);
  for (std::uint32_t inputs = random.one_in(6) ? 2 : 1; inputs <= 8; inputs += random.count(1, 3)) {
    group.times.push_back({inputs, Duration::from_ns(time_ns)});
    split_into_stages(random, stages, group.times.back());
    // Rarely a larger batch is not slower, as in measured times.
    time_ns = std::max<std::int64_t>(1, time_ns + grain * random.between(random.one_in(10) ? -1 : 0, 4));
  }
  group.batch_limit = group.times[random.count(0, static_cast<std::uint32_t>(group.times.size()) - 1)].inputs;
  return group;
}

struct TaskRanges {
  std::uint32_t levels;
  std::uint32_t stages_max;
  std::int64_t grain;
  std::int64_t period_units_max;
};

TaskSetup random_task(RandomSource& random, const TaskRanges& ranges) {
  TaskSetup task;
  task.level = random.count(0, ranges.levels - 1);
  // Sometimes there is a gap in the levels.
  if (task.level > 0 && ranges.levels == 4) task.level += 3;
  task.period = Duration::from_ns(ranges.grain * random.between(8, ranges.period_units_max));
  task.relative_deadline = task.period;
  if (random.one_in(3)) task.relative_deadline = Duration::from_ns(ranges.grain * random.between(5, 80));
  const std::uint32_t stages = random.count(1, ranges.stages_max);
  for (std::uint32_t s = 0; s < stages; ++s)
    task.stage_estimates.push_back(Duration::from_ns(ranges.grain * random.between(1, 8)));
  return task;
}

PolicySetup random_scripted_setup(RandomSource& random) {
  const PolicyInfo& recorded = *find_policy(random.one_in(3) ? "batching" : "daris");
  PolicySetup setup = random_setup(recorded, random);
  const std::unique_ptr<Policy> policy = make_policy(recorded.name, setup).value();
  RandomRun run(setup, random.next());
  ScheduleBuilder builder;
  while (const auto step = run.next_step()) {
    const std::span<const Decision> decisions = policy->step(step->now, step->events);
    builder.take(step->now, decisions);
    run.apply(decisions);
  }
  setup.schedule = std::make_shared<const Schedule>(std::move(builder).build());
  setup.switches = PolicySwitches();
  setup.switches.pace = random.one_in(2) ? Pace::kTime : Pace::kOrder;
  return setup;
}

// Some set-ups list the levels of contexts, or keep slots; each level has a context.
void draw_levels(const PolicyInfo& policy, RandomSource& random, bool keep_switches, PolicySetup& setup) {
  if (!policy.keeps_levels || setup.contexts < 2 || !random.one_in(3)) return;
  const bool keeps_slots = policy.name != "static" && !keep_switches;
  if (keeps_slots && random.one_in(3)) {
    const std::uint32_t first = random.count(0, setup.contexts - 1);
    setup.switches.reserve = {first * setup.streams,
                              random.count(0, setup.contexts - 1 - first) * setup.streams};
    while (!setup.switches.reserve.empty() && setup.switches.reserve.back() == 0)
      setup.switches.reserve.pop_back();
    return;
  }
  constexpr std::uint32_t kLevelOfNoTask = 1000;
  std::vector<std::vector<std::uint32_t>> lists(setup.contexts);
  for (const std::uint32_t level : levels_of(setup)) {
    const std::uint32_t surely = random.count(0, setup.contexts - 1);
    for (std::uint32_t context = 0; context < setup.contexts; ++context) {
      if (context == surely || random.one_in(2)) lists[context].push_back(level);
    }
  }
  for (std::vector<std::uint32_t>& list : lists) {
    if (list.empty()) list.push_back(kLevelOfNoTask);
  }
  setup.context_levels = std::move(lists);
}

}  // namespace

PolicySetup random_setup(const PolicyInfo& policy, RandomSource& random, bool keep_switches) {
  if (policy.scripted) return random_scripted_setup(random);
  PolicySetup setup;
  if (!keep_switches) setup.switches = random_switches(random);
  if (!policy.single_slot) {
    setup.contexts = random.count(1, 8);
    setup.streams = random.count(1, 4);
  }
  const bool staged = !policy.whole_models && setup.switches.staging;
  // Two tasks a slot make enough load. On one slot more are worth trying.
  const std::uint32_t slots = setup.contexts * setup.streams;
  const TaskRanges ranges{random.count(1, 5), staged ? random.count(1, 5) : 1,
                          random.one_in(3) ? 1 : random.between(2, 1000),
                          random.between(20, policy.batches ? 120 : 80)};
  if (policy.batches) {
    for (std::uint32_t g = random.count(1, 3); g > 0; --g)
      setup.batch_groups.push_back(
          random_batch_group(random, ranges.grain, random.count(1, ranges.stages_max)));
  }
  for (std::uint32_t t = random.count(1, std::min(24U, 4 + 2 * slots)); t > 0; --t) {
    setup.tasks.push_back(random_task(random, ranges));
    TaskSetup& task = setup.tasks.back();
    if (random.one_in(4)) task.inputs = random.count(1, 3);
    if (!policy.batches) continue;
    task.batch_group = random.count(0, static_cast<std::uint32_t>(setup.batch_groups.size()) - 1);
    const BatchTime& largest = setup.batch_groups[task.batch_group].times.back();
    task.inputs = std::min(task.inputs, largest.inputs);
    task.stage_estimates.resize(std::max<std::size_t>(1, largest.stages.size()),
                                Duration::from_ns(ranges.grain));
  }
  draw_levels(policy, random, keep_switches, setup);
  return setup;
}

std::string describe(const PolicySetup& setup) {
  std::string text = "contexts " + std::to_string(setup.contexts) + ", streams " +
                     std::to_string(setup.streams) + ", tasks " + std::to_string(setup.tasks.size());
  for (const SwitchInfo& info : switch_table())
    text += ", " + std::string(info.key) + "=" + switch_value(setup.switches, info.key);
  return text;
}

}  // namespace daris
