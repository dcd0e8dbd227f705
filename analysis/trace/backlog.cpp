#include "analysis/trace/backlog.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace daris {
namespace {

// What changes a backlog. Kinds of one instant stand in the order in which a step has them.
enum class ChangeKind { kStageEnds, kJobEnds, kContextLost, kJobIsDue, kJobComes };

struct Change {
  Time at;
  ChangeKind kind = ChangeKind::kJobComes;
  std::uint32_t index = 0;  // of the launch, the job or the loss
  friend bool operator<(const Change& a, const Change& b) {
    return std::tuple(a.at, a.kind, a.index) < std::tuple(b.at, b.kind, b.index);
  }
};

std::vector<Change> changes_of(const RunTimeline& timeline, const SlotPools& pools) {
  std::vector<Change> changes;
  changes.reserve(timeline.launches.size() + 3 * timeline.jobs.size());
  for (std::uint32_t i = 0; i < timeline.launches.size(); ++i) {
    if (timeline.launches[i].end == LaunchEnd::kFinished)
      changes.push_back({timeline.launches[i].noticed, ChangeKind::kStageEnds, i});
  }
  for (std::uint32_t i = 0; i < timeline.jobs.size(); ++i) {
    const TimelineJob& job = timeline.jobs[i];
    const Time comes = pools.moved_at(job).value_or(job.seen);
    // One that is dropped in the step that admits it never waits.
    if (!job.admitted || (job.end != JobEnd::kOpen && job.ended <= comes)) continue;
    changes.push_back({job.nominal_release, ChangeKind::kJobIsDue, i});
    changes.push_back({comes, ChangeKind::kJobComes, i});
    if (job.end != JobEnd::kOpen) changes.push_back({job.ended, ChangeKind::kJobEnds, i});
  }
  for (std::uint32_t i = 0; i < timeline.losses.size(); ++i)
    changes.push_back({timeline.losses[i].at, ChangeKind::kContextLost, i});
  std::sort(changes.begin(), changes.end());
  return changes;
}

// Work in nanoseconds of a slot.
class Backlog {
 public:
  explicit Backlog(std::size_t slots) : slots_(slots) {}

  // Time goes by: without disturbances all slots would work as long as there is work.
  void advance(Time now) {
    const auto passed = static_cast<double>((now - now_).ns());
    now_ = now;
    undisturbed_ = std::max(0.0, undisturbed_ - passed * static_cast<double>(slots_));
    if (total_ > 0)
      held_[static_cast<std::size_t>(MissCause::kLaunch)] += passed * static_cast<double>(lost_);
    trim();
  }

  void add(double work) { total_ += work; }
  void add_undisturbed(double work) { undisturbed_ += work; }
  void remove(double work) {
    total_ = std::max(0.0, total_ - work);
    trim();
  }
  // A disturbance brought so much work, or held it up.
  void disturb(double work, MissCause cause) { held_[static_cast<std::size_t>(cause)] += work; }
  void lose(std::size_t slots) { lost_ += slots; }

  [[nodiscard]] BacklogSample sample() {
    trim();
    BacklogSample sample;
    if (total_ <= 0) return sample;
    for (std::size_t cause = 0; cause < kMissCauses; ++cause) sample.shares[cause] = held_[cause] / total_;
    return sample;
  }

 private:
  // No more is due to disturbances than waits beyond what would wait without them.
  void trim() {
    const double most = std::max(0.0, total_ - undisturbed_);
    const double held = std::accumulate(held_.begin(), held_.end(), 0.0);
    if (held <= most) return;
    for (double& one : held_) one *= most / held;
  }

  std::size_t slots_;
  std::size_t lost_ = 0;
  Time now_;
  double total_ = 0;
  double undisturbed_ = 0;
  std::array<double, kMissCauses> held_{};
};

struct Pool {
  explicit Pool(std::size_t slots) : backlog(slots) {}
  Backlog backlog;
  std::map<std::uint32_t, std::int64_t> ahead_ns;  // by level: work of open jobs
};

class Sampler {
 public:
  Sampler(const RunTimeline& timeline, const SlotPools& pools, const std::vector<StagePromise>& promises)
      : timeline_(timeline),
        pools_(pools),
        promises_(promises),
        pool_(pools.size(), Pool(pools.slots_each())),
        left_ns_(timeline.jobs.size(), 0),
        samples_(timeline.jobs.size()) {
    for (std::size_t task = 0; task < timeline.header.setup.tasks.size(); ++task)
      work_ns_.push_back(work_of(timeline.header.setup, task).ns());
  }

  void take(const Change& change) {
    switch (change.kind) {
      case ChangeKind::kStageEnds: return end_stage(change.index, change.at);
      case ChangeKind::kJobEnds: return end_job(change.index, change.at);
      case ChangeKind::kContextLost: return lose(timeline_.losses[change.index]);
      case ChangeKind::kJobIsDue: return expect(change.index, change.at);
      case ChangeKind::kJobComes: return admit(change.index, change.at);
    }
  }

  [[nodiscard]] std::vector<std::vector<BacklogSample>> samples() && { return std::move(samples_); }

 private:
  [[nodiscard]] const TaskSetup& task_of(const TimelineJob& job) const {
    return timeline_.header.setup.tasks[job.id.task.at()];
  }

  [[nodiscard]] Pool& pool_at(const TimelineJob& job, Time now) {
    Pool& pool = pool_[pools_.pool_of(job)];
    pool.backlog.advance(now);
    return pool;
  }

  // If contexts are pools, the work of a lost one comes to others; if they share a pool, its slots go.
  void lose(const ContextLossAt& loss) {
    if (pool_.size() > 1) return;
    pool_.front().backlog.advance(loss.at);
    pool_.front().backlog.lose(timeline_.header.setup.streams);
  }

  // Tells whether the job would run elsewhere if no context had been lost.
  [[nodiscard]] bool is_displaced(const TimelineJob& job) const {
    return pools_.moved_at(job).has_value() || timeline_.displaced[job.id.task.at()] <= job.seen;
  }

  void expect(std::uint32_t index, Time now) {
    const TimelineJob& job = timeline_.jobs[index];
    if (!is_displaced(job))
      pool_at(job, now).backlog.add_undisturbed(static_cast<double>(work_ns_[job.id.task.at()]));
  }

  void admit(std::uint32_t index, Time now) {
    const TimelineJob& job = timeline_.jobs[index];
    Pool& pool = pool_at(job, now);
    const std::uint32_t level = task_of(job).level;
    const std::int64_t work_ns = work_ns_[job.id.task.at()];
    const bool displaced = is_displaced(job);
    const Duration late = job.seen - job.nominal_release;
    pool.backlog.add(static_cast<double>(work_ns));
    pool.backlog.disturb(static_cast<double>(displaced ? work_ns : std::min(work_ns, late.ns())),
                         displaced ? MissCause::kLaunch : MissCause::kLateRelease);
    if (job.missed) {
      BacklogSample sample = pool.backlog.sample();
      for (const auto& [other, ahead_ns] : pool.ahead_ns)
        if (other <= level) sample.ahead += Duration::from_ns(ahead_ns);
      samples_[index].push_back(sample);
    }
    left_ns_[index] = work_ns;
    pool.ahead_ns[level] += work_ns;
  }

  void end_job(std::uint32_t index, Time now) {
    remove(index, left_ns_[index], pool_at(timeline_.jobs[index], now));
  }

  void end_stage(std::uint32_t index, Time now) {
    const TimelineLaunch& launch = timeline_.launches[index];
    if (launch.jobs.empty()) return;
    Pool& pool = pool_at(timeline_.jobs[launch.jobs.front()], now);
    double done = 0;
    for (const std::uint32_t one : launch.jobs) done += static_cast<double>(end_stage(launch, one, pool));
    const StagePromise& promise = promises_[index];
    // In a batch a nanosecond of the slot is more or less work.
    const double scale = promise.promised.ns() > 0 ? done / static_cast<double>(promise.promised.ns()) : 1;
    pool.backlog.disturb(scale * static_cast<double>(promise.overrun.ns()), promise.cause);
    const Duration launching = (launch.started - launch.decided) + (launch.noticed - launch.ended);
    pool.backlog.disturb(scale * static_cast<double>(launching.ns()), MissCause::kLaunch);
    for (const std::uint32_t one : launch.jobs) {
      const TimelineJob& job = timeline_.jobs[one];
      if (job.missed && launch.stage.at() + 1 < task_of(job).stage_estimates.size())
        samples_[one].push_back(pool.backlog.sample());
    }
  }

  // Returns the work that the stage did for the job.
  std::int64_t end_stage(const TimelineLaunch& launch, std::uint32_t index, Pool& pool) {
    const TimelineJob& job = timeline_.jobs[index];
    const std::vector<Duration>& estimates = task_of(job).stage_estimates;
    Duration all;
    for (const Duration one : estimates) all += one;
    const double share =
        static_cast<double>(estimates[launch.stage.at()].ns()) / static_cast<double>(all.ns());
    const auto work = static_cast<std::int64_t>(share * static_cast<double>(work_ns_[job.id.task.at()]));
    const std::int64_t done = std::min(work, left_ns_[index]);
    remove(index, done, pool);
    return done;
  }

  void remove(std::uint32_t index, std::int64_t work_ns, Pool& pool) {
    left_ns_[index] -= work_ns;
    pool.ahead_ns[task_of(timeline_.jobs[index]).level] -= work_ns;
    pool.backlog.remove(static_cast<double>(work_ns));
  }

  const RunTimeline& timeline_;
  const SlotPools& pools_;
  const std::vector<StagePromise>& promises_;
  std::vector<Pool> pool_;
  std::vector<std::int64_t> work_ns_;  // by task
  std::vector<std::int64_t> left_ns_;  // by job
  std::vector<std::vector<BacklogSample>> samples_;
};

}  // namespace

Duration work_of(const PolicySetup& setup, std::size_t task) {
  const TaskSetup& row = setup.tasks[task];
  Duration alone;
  for (const Duration one : row.stage_estimates) alone += one;
  if (row.batch_group >= setup.batch_groups.size()) return alone;
  auto least = static_cast<double>(alone.ns());
  for (const BatchTime& time : setup.batch_groups[row.batch_group].times)
    least = std::min(least, static_cast<double>(time.execution.ns()) / time.inputs * row.inputs);
  return Duration::from_ns(static_cast<std::int64_t>(least));
}

std::vector<std::vector<BacklogSample>> sample_backlogs(const RunTimeline& timeline, const SlotPools& pools,
                                                        const std::vector<StagePromise>& promises) {
  Sampler sampler(timeline, pools, promises);
  for (const Change& change : changes_of(timeline, pools)) sampler.take(change);
  return std::move(sampler).samples();
}

}  // namespace daris
