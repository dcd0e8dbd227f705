// For tests: a policy in a world in which each stage takes a fixed time, so that logs have real decisions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/logs/event_log.h"
#include "analysis/logs/event_log_header.h"
#include "base/json/json.h"
#include "drive/observer.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris::testing {

inline PolicySetup tiny_setup() {
  PolicySetup setup;
  setup.contexts = 2;
  for (std::uint32_t task = 0; task < 6; ++task) {
    TaskSetup told;
    told.period = Duration::from_ns(1'000 + 100 * task);
    told.relative_deadline = told.period;
    told.level = task < 2 ? 0 : 1;
    told.stage_estimates = {Duration::from_ns(200), Duration::from_ns(250)};
    setup.tasks.push_back(told);
  }
  setup.batch_groups = {{1, {{1, Duration::from_ns(450)}}}};
  return setup;
}

inline EventLogHeader tiny_header(const PolicySetup& setup, const Policy& policy,
                                  const std::string& name = "daris") {
  EventLogHeader header;
  header.kind = "simulated";
  header.program = "daris 0.1.0";
  header.policy = name;
  header.config = std::make_shared<const Json>(Json{{"policy", name}, {"note", "\"quoted\" \u00e9"}});
  header.granted_sms = {66, 66};
  header.placement.assign(policy.homes().begin(), policy.homes().end());
  for (std::size_t task = 0; task < setup.tasks.size(); ++task)
    header.task_names.push_back("task/" + std::to_string(task));
  header.setup = setup;
  return header;
}

// Releases each task periodically until `end_ns`. The world is overloaded, so that jobs are rejected and
// tasks migrate.
inline void run_tiny_world(const PolicySetup& setup, Policy& policy, std::int64_t end_ns,
                           std::span<Observer* const> observers) {
  std::multimap<std::pair<std::int64_t, std::size_t>, Event> pending;  // by time, then kind of event
  const auto add = [&](std::int64_t time, const Event& event) {
    pending.emplace(std::pair(time, event.index()), event);
  };
  for (std::uint32_t task = 0; task < setup.tasks.size(); ++task) {
    std::uint32_t ordinal = 0;
    for (std::int64_t t = std::int64_t{10} * task; t < end_ns; t += setup.tasks[task].period.ns()) {
      add(t, JobReleased{{ordinal++, TaskId(task)}, Time::from_ns(t)});
    }
  }
  std::int64_t now = 0;
  while (!pending.empty()) {
    now = pending.begin()->first.first;
    Step step;
    step.now = Time::from_ns(now);
    std::vector<Event> events;
    std::vector<StageMeasurement> stages;
    while (!pending.empty() && pending.begin()->first.first == now) {
      events.push_back(pending.begin()->second);
      if (const auto* finished = std::get_if<StageFinished>(&events.back())) {
        stages.push_back({step.now - finished->execution,
                          finished->execution,
                          Duration::from_ns(100),
                          Duration::from_ns(300),
                          {}});
      }
      pending.erase(pending.begin());
    }
    step.events = events;
    step.stages = stages;
    step.decisions = policy.step(step.now, events);
    for (const Decision& decision : step.decisions) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) {
        const std::int64_t takes = 300 + 10 * launch->stage.value() + launch->slot.value();
        add(now + takes, StageFinished{launch->slot, Duration::from_ns(takes)});
      }
    }
    for (Observer* observer : observers) observer->on_step(step);
  }
  for (Observer* observer : observers) observer->on_end(Time::from_ns(now));
}

}  // namespace daris::testing
