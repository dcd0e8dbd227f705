// Writes bench/scene.h as JSON to standard output, with what the simulator makes of it: for programs in other
// languages that simulate the same, such as bench/simpy_bench.py.
//
// usage: daris_bench_scene POLICY      (daris, edf or fifo)
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "analysis/logs/event_log_header.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "bench/scene.h"
#include "drive/observer.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

// What a run comes to, in whole numbers. Another simulator must count the same.
class Tally final : public Observer {
 public:
  explicit Tally(const Scene& scene) : scene_(scene), running_(64) {}

  void on_step(const Step& step) override {
    for (const Event& event : step.events) take(event, step.now);
    for (const Decision& decision : step.decisions) {
      if (std::holds_alternative<AdmitJob>(decision)) ++admitted_;
      if (std::holds_alternative<RejectJob>(decision)) ++rejected_;
      if (const auto* launch = std::get_if<LaunchStage>(&decision))
        running_.at(launch->slot.at()) = {launch->jobs.front(), launch->stage.value()};
    }
  }
  void on_end(Time) override {}

  [[nodiscard]] Json to_json() const {
    return {{"released", released_},         {"admitted", admitted_},
            {"rejected", rejected_},         {"stages", stages_},
            {"execution_ns", execution_ns_}, {"completed", completed_},
            {"in_time", in_time_},           {"completions_ns", completions_ns_}};
  }

 private:
  struct Running {
    JobId job;
    std::uint32_t stage = 0;
  };

  void take(const Event& event, Time now) {
    if (const auto* release = std::get_if<JobReleased>(&event)) {
      ++released_;
      nominal_[release->job] = release->nominal_release;
    }
    const auto* finished = std::get_if<StageFinished>(&event);
    if (finished == nullptr) return;
    ++stages_;
    execution_ns_ += finished->execution.ns();
    const Running& ran = running_.at(finished->slot.at());
    const TaskSetup& task = scene_.policy_setup.tasks[ran.job.task.at()];
    if (ran.stage + 1 < task.stage_estimates.size()) return;
    ++completed_;
    completions_ns_ += now.ns();
    if (now <= nominal_.at(ran.job) + task.relative_deadline) ++in_time_;
  }

  const Scene& scene_;
  std::vector<Running> running_;  // by slot
  std::map<JobId, Time> nominal_;
  std::int64_t released_ = 0, admitted_ = 0, rejected_ = 0, stages_ = 0, execution_ns_ = 0;
  std::int64_t completed_ = 0, in_time_ = 0, completions_ns_ = 0;
};

Json costs_of(const GpuModel& gpu) {
  Json classes = Json::array();
  for (std::uint32_t work_class = 0; work_class < gpu.classes(); ++work_class) {
    Json stages = Json::array();
    for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
      Json contexts = Json::array();
      for (std::uint32_t context = 0; context < gpu.contexts; ++context) {
        const StageCost& cost = gpu.cost(work_class, StageIndex(stage), ContextId(context));
        contexts.push_back({cost.alone_ns, cost.sm_demand, cost.give_way, cost.cache_demand, cost.handover});
      }
      stages.push_back(std::move(contexts));
    }
    classes.push_back(std::move(stages));
  }
  return classes;
}

// The simulator in another language does without these.
bool is_plain(const GpuModel& gpu) {
  bool gaps = false;
  for (std::uint32_t work_class = 0; work_class < gpu.classes(); ++work_class)
    gaps = gaps || gpu.cost(work_class, StageIndex(0), ContextId(0)).gap_ns > 0;
  return gpu.crossing == 0 && gpu.queue_of_slot.empty() && !gaps;
}

Json document_of(const std::string& name) {
  const bool staged = name == "daris";
  const Scene scene = make_scene(staged);
  DARIS_CHECK(is_plain(scene.gpu));
  const std::unique_ptr<Policy> policy = make_policy(name, scene.policy_setup).value();
  EventLogHeader header;
  header.kind = "simulated";
  header.policy = name;
  header.config = std::make_shared<const Json>(Json::object());
  header.placement.assign(policy->homes().begin(), policy->homes().end());
  header.setup = scene.policy_setup;
  for (const Task& task : scene.workload.tasks) header.task_names.push_back(task.name);
  Json releases = Json::array();
  for (const Release& release : scene.releases)
    releases.push_back({release.nominal.ns(), release.job.ordinal, release.job.task.value()});
  Tally tally(scene);
  Observer* const observers[] = {&tally};
  simulate(scene.simulation(), *policy, observers);
  return {{"header", header_to_json(header)},
          {"regions", scene.gpu.geometry.regions},
          {"spread", scene.gpu.geometry.spread},
          {"window", scene.gpu.geometry.window},
          {"memory_latency", scene.gpu.memory_latency},
          {"task_class", scene.gpu.task_class},
          {"costs", costs_of(scene.gpu)},
          {"launch_ns", scene.latencies.launch.ns()},
          {"notice_ns", scene.latencies.notice.ns()},
          {"measured_end_ns", scene.description.window_end.ns()},
          {"releases", std::move(releases)},
          {"results", tally.to_json()}};
}

}  // namespace
}  // namespace daris

int main(int count, char** words) {
  if (count != 2) return 2;
  std::fputs(daris::write_json_line(daris::document_of(words[1])).c_str(), stdout);
  return 0;
}
