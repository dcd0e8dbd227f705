// One shared object for all tests of schedulers of one's own: what it does wrong is in the name of its file.
// "honest.so" does nothing wrong. Tests copy it (tests/plugin/variant_files.h).
#include <dlfcn.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/own_policy.h"

namespace daris {
namespace {

// The name of the file that this code was loaded from, without folder and ending.
const std::string& own_name() {
  static const std::string name = [] {
    Dl_info info{};
    if (dladdr(reinterpret_cast<void*>(&own_name), &info) == 0) std::abort();
    const std::string file = info.dli_fname;
    const std::size_t begin = file.rfind('/') + 1;
    return file.substr(begin, file.rfind('.') - begin);
  }();
  return name;
}

bool is(std::string_view name) { return own_name() == name; }

struct AtLoad {
  AtLoad() {
    if (is("crashes-at-load")) std::raise(SIGSEGV);
    if (is("exits-at-load")) std::_Exit(0);
    if (is("throws-at-load")) throw std::runtime_error("at load");
  }
} at_load;

std::uint32_t steps_of_all = 0;

// First in, first out. A job that has started keeps its slot to its end.
class Variant final : public OwnPolicy {
 public:
  explicit Variant(const PolicySetup& setup) : OwnPolicy(setup), running_(slots()), lost_(setup.contexts) {
    if (is("throws-when-made")) throw std::runtime_error("no such setup");
  }

  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    if (is("short-estimates")) return {};
    return OwnPolicy::estimates(task);
  }

 private:
  struct Running {
    JobId job;
    std::uint32_t stage = 0;
    bool active = false;
  };

  void on_job_released(const JobReleased& released) override {
    if (is("throws") && released.job.ordinal == 5) throw std::runtime_error("ordinal 5 is too much");
    if (is("throws-a-number") && released.job.ordinal == 5) throw 5;
    if (is("crashes") && released.job.ordinal == 4) std::raise(SIGSEGV);
    if (is("undecided") && released.job.ordinal == 3) return;
    if (is("admits-twice")) decisions().push_back(AdmitJob{released.job, ContextId(0)});
    if (!is("unadmitted")) decisions().push_back(AdmitJob{released.job, ContextId(0)});
    if (is("admits-nowhere")) decisions().back() = AdmitJob{released.job, ContextId(5000)};
    if (is("forgetful") && released.job.ordinal % 2 == 1) return;
    waiting_.push_back(released.job);
  }
  void on_stage_finished(const StageFinished& finished) override {
    Running& run = *running_[finished.slot.at()];
    run.active = false;
    ++run.stage;
    if (run.stage < task_of(run.job).stage_estimates.size()) return;
    if (is("drops-the-complete")) decisions().push_back(DropJob{run.job, DropReason::kCertainlyLate});
    running_[finished.slot.at()].reset();
  }
  void on_launch_failed(const LaunchFailed& failed) override {
    if (lost_[context_of(failed.slot).at()]) return;
    if (is("retries")) {
      running_[failed.slot.at()]->active = false;
    } else {
      drop(failed.slot, DropReason::kLaunchFailed);
    }
  }
  void lose_contexts(std::span<const Event> losses) override {
    for (const Event& loss : losses) {
      if (!is("uses-lost")) lost_[std::get<ContextLost>(loss).context.at()] = true;
    }
    for (std::uint32_t slot = 0; slot < slots(); ++slot)
      if (lost_[context_of(SlotId(slot)).at()]) drop(SlotId(slot), DropReason::kContextLost);
  }
  void drop(SlotId slot, DropReason reason) {
    if (running_[slot.at()]) decisions().push_back(DropJob{running_[slot.at()]->job, reason});
    running_[slot.at()].reset();
  }

  void dispatch() override {
    ++steps_of_all;
    if (is("past-timer")) decisions().push_back(SetTimer{TimerId(0), Time()});
    if (is("endless")) decisions().push_back(SetTimer{TimerId(0), now() + Duration::from_ns(1)});
    const bool none_left = std::find(lost_.begin(), lost_.end(), false) == lost_.end();
    for (; none_left && !waiting_.empty(); waiting_.pop_front())
      decisions().push_back(DropJob{waiting_.front(), DropReason::kContextLost});
    for (std::uint32_t i = 0; i < slots(); ++i) {
      const bool backwards = is("shared-state") && steps_of_all % 7 == 0;
      serve(SlotId(backwards ? slots() - 1 - i : i));
    }
  }
  void serve(SlotId slot) {
    std::optional<Running>& run = running_[slot.at()];
    if (lost_[context_of(slot).at()]) return;
    if (!run && !waiting_.empty()) {
      run = Running{waiting_.front()};
      waiting_.pop_front();
    }
    if (!run || run->active) return;
    run->active = true;
    launch(slot, *run);
  }
  void launch(SlotId slot, const Running& run) {
    LaunchStage launch{slot, StageIndex(run.stage), task_of(run.job).inputs, {&run.job, 1}};
    if (is("slot-twice")) launch.slot = SlotId(0);
    if (is("no-such-slot")) launch.slot = SlotId(60000);
    if (is("skips-a-stage") && task_of(run.job).stage_estimates.size() > 1)
      launch.stage = StageIndex(run.stage + 1);
    if (is("odd-size")) launch.batch += 1000;
    if (is("mixed-batch") && !waiting_.empty()) {
      pairs_.push_back({run.job, waiting_.front()});
      launch.jobs = pairs_.back();
      launch.batch += task_of(waiting_.front()).inputs;
    }
    decisions().push_back(launch);
  }

  std::deque<JobId> waiting_;
  std::vector<std::optional<Running>> running_;  // by slot
  std::vector<bool> lost_;                       // by context
  std::deque<std::vector<JobId>> pairs_;
};

constexpr std::string_view kNoSwitch[] = {"shed", "speed"};
constexpr std::string_view kSwitches[] = {"shed", "window"};
constexpr SwitchDefault kDefaults[] = {{"window", "9"}};

PolicyPlugin make_plugin() {
  PolicyInfo info;
  info.summary = "what its name says";
  info.batches = is("mixed-batch");
  info.keeps_levels = is("any-level");
  info.scripted = is("scripted");
  info.single_jobs = is("single-jobs");
  if (is("unknown-switch")) info.switches = kNoSwitch;
  if (is("obeys-switches")) info.switches = kSwitches;
  if (is("obeys-switches")) info.defaults = kDefaults;
  PolicyPlugin plugin = internal::plugin_of<Variant>(info);
  if (is("other-interface")) plugin.interface = 99;
  if (is("other-interface")) plugin.version = "9.9.0";
  if (is("other-compiler")) plugin.compiler = "icc";
  if (is("other-layout")) ++plugin.layout;
  if (is("makes-nothing")) plugin.make = nullptr;
  return plugin;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const PolicyPlugin* daris_own_policy() {
  static const PolicyPlugin plugin = make_plugin();
  if (is("crashes-when-asked")) std::abort();
  return is("describes-nothing") ? nullptr : &plugin;
}

}  // namespace daris
