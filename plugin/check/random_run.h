// A trivial executor for checks of policies. It invents releases, execution times, failures and losses for a
// setup, and turns decisions into later events. It checks nothing: others look at what goes in and comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "plugin/check/random_source.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/setup.h"

namespace daris {

struct RandomRunOptions {
  bool failures = true;        // sometimes a context is lost or a launch fails
  std::uint32_t releases = 8;  // of each task
};

// Half of the runs step at the very instant of each event, like the simulator. The others poll: they notice
// events late, several instants at once, and sometimes step without any event.
class RandomRun {
 public:
  RandomRun(const PolicySetup& setup, std::uint64_t seed, const RandomRunOptions& options = {});

  struct Step {
    Time now;
    std::span<const Event> events;  // live until the next next_step()
  };
  // Returns nullopt once all releases, stages and timers are through.
  [[nodiscard]] std::optional<Step> next_step();
  // Carries out what the policy decided for the last step.
  void apply(std::span<const Decision> decisions);

 private:
  struct Pending {
    std::int64_t at_ns;
    Event event;
  };
  void draw_releases(const PolicySetup& setup, std::uint32_t releases);
  void draw_losses();
  void start(const LaunchStage& launch);
  void set_timer(const SetTimer& timer);

  RandomSource random_;
  PolicySetup setup_;
  bool failures_;
  bool polls_;
  bool constant_times_;
  std::int64_t grain_ns_;
  std::int64_t now_ns_ = 0;
  std::vector<Pending> pending_;
  std::vector<Event> events_;
};

}  // namespace daris
