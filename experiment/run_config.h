// One configuration as it is written, of `daris sim`, `daris run` or a point of a sweep. It holds what flags,
// a configuration file or an axis can say. experiment/normalise.h makes a SettledConfig of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "policy/switches.h"
#include "profiles/shape.h"
#include "workloads/scaling.h"

namespace daris {

// What a shape that is chosen should be best at (experiment/shape_ranking.h).
enum class ShapeGoal {
  kThroughput,  // the most work in time
  kLatency,     // the least p99 of level 0 at nearly as much work
};

struct RunConfig {
  std::string task_set;  // file, or name of a bundled one
  Scaling scaling;
  std::string policy = "daris";
  PolicySwitches switches;
  std::optional<std::uint32_t> batch_limit;  // B of batching policies, in inputs; nullopt: it is chosen
  std::uint32_t contexts = 8;                // Nc
  std::uint32_t streams = 1;                 // Ns
  std::optional<std::uint32_t> oversubscription_milli;  // OS in thousandths; nullopt: the default
  bool oversubscribed_by_contexts = false;              // OS = Nc, instead of `oversubscription_milli`
  bool automatic_shape = false;                         // Nc, Ns and OS are chosen, instead of all of these
  ShapeGoal goal = ShapeGoal::kThroughput;              // of the choice
  std::string partition;  // file that lists the contexts, instead of all of these
  Backend backend = Backend::kGreen;
  bool automatic_backend = false;    // live: the best that the machine offers, instead of `backend`
  std::optional<std::uint32_t> sms;  // the whole machine is confined to so many; nullopt: all
  Duration duration = Duration::from_ns(10'000'000'000);
  Duration warmup = Duration::from_ns(1'000'000'000);
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  std::optional<double> precision;       // half an interval over its mean; runs replicate until it is reached
  std::string precision_of;              // figures with commas between; empty: jobs in time per second
  std::uint32_t replications_max = 200;  // for the precision
  bool cuts_warmup = false;              // MSER-5 chooses the warm-up
  std::string profile;                   // file, or name of a bundled one; empty: the first bundled one
  std::string model;         // contention model, named likewise; empty: the bundled one of the profile's GPU
  std::string power;         // power model, named likewise; empty: no energy is predicted
  bool copies = true;        // live: inputs are copied in and outputs copied back
  bool saturation = true;    // live: closed loops before and after the run
  bool realtime = false;     // live: the scheduler's thread has real-time priority
  std::uint32_t device = 0;  // live: the GPU, as CUDA numbers them
  std::string releases;      // event log whose releases are taken over; empty: they are drawn
  std::string inject;        // file of disturbances; empty: there are none
  std::string schedule;      // event log whose schedule is executed; its releases are taken over too
  bool blame = false;        // the report says why jobs missed
  // Jobs per second that `load` is counted against, by group of the task set as written. Empty: those of the
  // profile. No option sets them: who runs the tasks of a live report again takes the report's.
  std::vector<double> capacities;

  // Keys of the options that were set. A log may fill in the others, which are at their defaults.
  std::vector<std::string_view> given;
  // Keys of the switches that were set, to whatever value. The others take the policy's own defaults.
  std::vector<std::string_view> given_switches;
};

}  // namespace daris
