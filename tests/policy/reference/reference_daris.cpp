// DARIS, sentence by sentence after docs/scheduler.md ("Estimates", "Virtual deadlines", "daris").
#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "tests/policy/reference/reference_model.h"
#include "tests/policy/reference/reference_text.h"

namespace daris::reference {
namespace {

__extension__ using Wide = __int128;

struct Job {
  JobId id;
  std::int64_t release = 0;
  std::vector<std::int64_t> virtual_deadlines;
  std::size_t context = 0;
  std::size_t stage = 0;  // the one that runs, or is ready
  bool started = false;
  bool running = false;
  std::size_t slot = 0;  // if `running`
  bool late = false;     // of the ready stage
};

class Daris final : public Model {
 public:
  explicit Daris(const PolicySetup& setup)
      : setup_(setup), lost_(setup.contexts, false), home_(setup.tasks.size(), 0) {
    for (const TaskSetup& task : setup.tasks) measured_.emplace_back(task.stage_estimates.size());
    std::vector<std::size_t> all(setup.tasks.size());
    for (std::size_t t = 0; t < all.size(); ++t) all[t] = t;
    placed_.assign(all.size(), false);
    place(all);
  }

  std::vector<std::string> step(Time now, const std::vector<Event>& events) override {
    out_.clear();
    launches_.clear();
    now_ = now.ns();
    lose_contexts(events);
    for (const Event& event : events) {
      if (const auto* failed = std::get_if<LaunchFailed>(&event)) fail(failed->slot.at());
      if (const auto* finished = std::get_if<StageFinished>(&event)) finish(now.ns(), *finished);
      if (const auto* released = std::get_if<JobReleased>(&event)) release(*released);
    }
    for (std::size_t c = 0; c < setup_.contexts; ++c) dispatch(c);
    out_.insert(out_.end(), launches_.begin(), launches_.end());
    return out_;
  }

 private:
  const TaskSetup& task_of(const Job& job) const { return setup_.tasks[job.id.task.at()]; }

  // Switch `reserve` keeps the first contexts for level 0, the next ones for levels 0 and 1, and so on.
  bool permits(std::size_t context, std::size_t task) const {
    const std::uint32_t level = setup_.tasks[task].level;
    std::size_t kept = 0;
    for (std::uint32_t least = 0; least < setup_.switches.reserve.size(); ++least) {
      kept += setup_.switches.reserve[least] / setup_.streams;
      if (context < kept) return level <= least;
    }
    if (setup_.context_levels.empty()) return true;
    const std::vector<std::uint32_t>& levels = setup_.context_levels[context];
    return std::count(levels.begin(), levels.end(), level) > 0;
  }

  bool has_context(std::size_t task) const {
    for (std::size_t c = 0; c < setup_.contexts; ++c)
      if (!lost_[c] && permits(c, task)) return true;
    return false;
  }

  std::int64_t estimate(std::size_t task, std::size_t stage) const {
    const std::vector<std::int64_t>& times = measured_[task][stage];
    if (times.empty() || setup_.switches.estimator == Estimator::kAfet)
      return setup_.tasks[task].stage_estimates[stage].ns();
    const std::size_t count = std::min<std::size_t>(times.size(), setup_.switches.window);
    return *std::max_element(times.end() - static_cast<std::ptrdiff_t>(count), times.end());
  }

  Wide sum_of_estimates(std::size_t task, std::size_t stages) const {
    Wide sum = 0;
    for (std::size_t s = 0; s < stages; ++s) sum += estimate(task, s);
    return sum;
  }

  Wide utilization(std::size_t task) const {
    const Wide period = setup_.tasks[task].period.ns();
    const Wide work = 1'000'000'000 * sum_of_estimates(task, measured_[task].size());
    return work / period + (work % period != 0 ? 1 : 0);
  }

  Wide total(std::size_t context) const {
    Wide sum = 0;
    for (std::size_t t = 0; t < home_.size(); ++t)
      if (placed_[t] && home_[t] == context) sum += utilization(t);
    return sum;
  }

  Wide active(std::size_t context, std::uint32_t level) const {
    Wide sum = 0;
    if (!setup_.switches.admission_level0)
      for (std::size_t t = 0; t < home_.size(); ++t)
        if (home_[t] == context && setup_.tasks[t].level == 0) sum += utilization(t);
    for (const Job& job : jobs_) {
      const std::uint32_t job_level = task_of(job).level;
      const bool counts_per_job = job_level > 0 || setup_.switches.admission_level0;
      if (job.context == context && job_level <= level && counts_per_job)
        sum += utilization(job.id.task.at());
    }
    return sum;
  }

  bool has_room(std::size_t context, std::size_t task) const {
    const Wide active_now = active(context, setup_.tasks[task].level);
    const Wide u = utilization(task);
    const Wide bound = Wide(setup_.streams) * setup_.switches.bound_ppb;
    if (setup_.switches.admission == Admission::kPublished) return active_now + u * setup_.streams < bound;
    return active_now + u < bound;
  }

  // Places level by level, in the order given, each task in the context with the least total.
  void place(const std::vector<std::size_t>& tasks) {
    std::vector<std::size_t> order = tasks;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return setup_.tasks[a].level < setup_.tasks[b].level;
    });
    for (const std::size_t t : order) placed_[t] = false;
    for (const std::size_t t : order) {
      const std::size_t from = home_[t];
      home_[t] = least(t, setup_.contexts, [&](std::size_t c) { return total(c); });
      placed_[t] = true;
      if (lost_[from])
        out_.push_back("migrate t" + std::to_string(t) + " from " + std::to_string(from) + " to " +
                       std::to_string(home_[t]));
    }
  }

  // Of the contexts that are left, that the task may use and that are not `except`, the one with the least
  // value; of equals the lowest number. Returns `contexts` if there is none.
  template <typename Value>
  std::size_t least(std::size_t task, std::size_t except, Value value) const {
    std::size_t best = setup_.contexts;
    for (std::size_t c = 0; c < setup_.contexts; ++c) {
      if (lost_[c] || c == except || !permits(c, task)) continue;
      if (best == setup_.contexts || value(c) < value(best)) best = c;
    }
    return best;
  }

  void drop(std::vector<JobId> ids, const char* reason) {
    std::sort(ids.begin(), ids.end());
    for (const JobId id : ids) {
      out_.push_back("drop " + name(id) + " " + reason);
      jobs_.erase(std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == id; }));
    }
  }

  void lose_contexts(const std::vector<Event>& events) {
    std::vector<std::size_t> homeless;
    std::vector<bool> lost_now(setup_.contexts, false);
    for (const Event& event : events)
      if (const auto* lost = std::get_if<ContextLost>(&event))
        if (!lost_[lost->context.at()]) lost_now[lost->context.at()] = lost_[lost->context.at()] = true;
    for (std::size_t t = 0; t < home_.size(); ++t)
      if (lost_now[home_[t]] && has_context(t)) homeless.push_back(t);
    std::vector<JobId> dropped;
    for (const Job& job : jobs_)
      if (lost_now[job.context] && (job.started || !has_context(job.id.task.at()))) dropped.push_back(job.id);
    drop(dropped, "context-lost");
    place(homeless);
    for (Job& job : jobs_)
      if (lost_now[job.context]) job.context = home_[job.id.task.at()];
  }

  void fail(std::size_t slot) {
    if (lost_[slot / setup_.streams]) return;
    for (const Job& job : jobs_)
      if (job.running && job.slot == slot) return drop({job.id}, "launch-failed");
    DARIS_CHECK(false);
  }

  void finish(std::int64_t now, const StageFinished& finished) {
    if (lost_[finished.slot.at() / setup_.streams]) return;
    const auto job = std::find_if(jobs_.begin(), jobs_.end(),
                                  [&](const Job& j) { return j.running && j.slot == finished.slot.at(); });
    DARIS_CHECK(job != jobs_.end());
    measured_[job->id.task.at()][job->stage].push_back(finished.execution.ns());
    if (job->stage + 1 == job->virtual_deadlines.size()) {
      jobs_.erase(job);
      return;
    }
    job->late = now > job->virtual_deadlines[job->stage];
    job->running = false;
    ++job->stage;
  }

  void release(const JobReleased& released) {
    const std::size_t t = released.job.task.at();
    const TaskSetup& task = setup_.tasks[t];
    if (!has_context(t)) {
      out_.push_back("reject " + name(released.job) + " no-context");
      return;
    }
    const bool tested =
        setup_.switches.admission != Admission::kNone && (task.level > 0 || setup_.switches.admission_level0);
    if (tested && !has_room(home_[t], t) && !migrate(t)) {
      out_.push_back("reject " + name(released.job) + " utilization");
      return;
    }
    Job job;
    job.id = released.job;
    job.release = released.nominal_release.ns();
    job.context = home_[t];
    const Wide whole = sum_of_estimates(t, task.stage_estimates.size());
    for (std::size_t s = 1; s <= task.stage_estimates.size(); ++s)
      job.virtual_deadlines.push_back(
          job.release +
          static_cast<std::int64_t>(Wide(task.relative_deadline.ns()) * sum_of_estimates(t, s) / whole));
    out_.push_back("admit " + name(job.id) + " context " + std::to_string(job.context));
    jobs_.push_back(job);
  }

  bool migrate(std::size_t t) {
    const std::uint32_t level = setup_.tasks[t].level;
    if (!setup_.switches.migration || level == 0) return false;
    const std::size_t from = home_[t];
    const std::size_t to = least(t, from, [&](std::size_t c) { return active(c, level); });
    if (to == setup_.contexts || !has_room(to, t)) return false;
    if (!(total(to) < total(from) - utilization(t))) return false;
    home_[t] = to;
    out_.push_back("migrate t" + std::to_string(t) + " from " + std::to_string(from) + " to " +
                   std::to_string(to));
    return true;
  }

  int order_class(const Job& job) const {
    const bool last = setup_.switches.last_class && job.stage + 1 == job.virtual_deadlines.size();
    const bool late = setup_.switches.late_class && job.late;
    if (last && late) return 1;
    if (task_of(job).level == 0) return last ? 2 : late ? 3 : 4;
    return late ? 2 : last ? 3 : 4;
  }

  bool before(const Job& a, const Job& b) const {
    const std::int64_t deadline_a = a.virtual_deadlines[a.stage];
    const std::int64_t deadline_b = b.virtual_deadlines[b.stage];
    if (!setup_.switches.fixed_priority) return std::tie(deadline_a, a.id) < std::tie(deadline_b, b.id);
    return std::make_tuple(task_of(a).level, order_class(a), deadline_a, a.id) <
           std::make_tuple(task_of(b).level, order_class(b), deadline_b, b.id);
  }

  // Would be late even if its whole model started now.
  bool is_hopeless(const Job& job) const {
    Wide takes = sum_of_estimates(job.id.task.at(), job.virtual_deadlines.size());
    if (takes > task_of(job).relative_deadline.ns()) {
      takes = 0;
      for (const Duration afet : task_of(job).stage_estimates) takes += afet.ns();
    }
    return now_ + takes > job.release + task_of(job).relative_deadline.ns();
  }

  void dispatch(std::size_t context) {
    if (lost_[context]) return;
    for (std::size_t slot = context * setup_.streams; slot < (context + 1) * setup_.streams; ++slot) {
      while (Job* first = first_ready(context)) {
        if (std::any_of(jobs_.begin(), jobs_.end(),
                        [&](const Job& job) { return job.running && job.slot == slot; }))
          break;
        if (setup_.switches.shed && is_hopeless(*first)) {
          drop({first->id}, "certainly-late");
          continue;
        }
        first->started = first->running = true;
        first->slot = slot;
        launches_.push_back(launch_line(slot, first->stage, task_of(*first).inputs, {first->id}));
      }
    }
  }

  Job* first_ready(std::size_t context) {
    Job* first = nullptr;
    for (Job& job : jobs_)
      if (job.context == context && !job.running && (first == nullptr || before(job, *first))) first = &job;
    return first;
  }

  PolicySetup setup_;
  std::vector<bool> lost_;
  std::vector<std::size_t> home_;
  std::vector<bool> placed_;
  std::vector<std::vector<std::vector<std::int64_t>>> measured_;  // by task, stage; all of them
  std::vector<Job> jobs_;                                         // in the system
  std::int64_t now_ = 0;
  std::vector<std::string> out_;
  std::vector<std::string> launches_;  // they come last
};

}  // namespace

std::unique_ptr<Model> make_daris(const PolicySetup& setup) { return std::make_unique<Daris>(setup); }

}  // namespace daris::reference
