// A configuration as it runs: policy, backend and defaults have settled what a RunConfig leaves open. A
// point's id is made from it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "experiment/run_config.h"
#include "policy/switches.h"
#include "profiles/context_list.h"
#include "profiles/shape.h"
#include "workloads/scaling.h"

namespace daris {

// Fields mean the same as those of RunConfig. Reading the inputs fills in the names of files that were not
// given. If an optional is nullopt, nothing is left open: that is a value of its own, which a report has as
// null.
struct SettledConfig {
  std::string task_set;
  Scaling scaling;  // without a load, counts and rates are as written; without a mix, so are the levels
  std::string policy;
  PolicySwitches switches;                   // those that the policy does not obey are at their defaults
  std::optional<std::uint32_t> batch_limit;  // nullopt: no batch is formed, or B is chosen
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 1000;
  // A search chooses the three (experiment/shape_search.h). They are one context, one stream and the least OS
  // until it has.
  bool automatic_shape = false;
  ShapeGoal goal = ShapeGoal::kThroughput;
  // A file lists the contexts. Reading the inputs fills in the list, and the contexts, which have one stream
  // each. OS then says nothing.
  std::string partition;
  std::shared_ptr<const ContextList> list;
  Backend backend = Backend::kGreen;
  std::optional<std::uint32_t> sms;  // nullopt: all SMs of the machine, whatever their number
  Duration duration;
  Duration warmup;
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;  // with a precision: of the first round
  std::optional<double> precision;
  std::string precision_of;
  std::uint32_t replications_max = RunConfig().replications_max;
  bool cuts_warmup = false;  // `warmup` is 0 until a run has shown what to cut
  std::string profile;
  std::string model;
  std::string power;  // simulated alone
  bool copies = true;
  bool saturation = true;
  bool realtime = false;
  std::uint32_t device = 0;
  std::string releases;
  std::string schedule;
  std::string inject;
  bool blame = false;
  std::vector<double> capacities;  // empty: the profile's
  // Keys of options that were given and are not read, since a log says what they would. No part of the
  // point's id.
  std::vector<std::string> overruled;

  [[nodiscard]] Shape shape() const { return {backend, contexts, streams, oversubscription_milli, sms}; }
};

// The configuration that settles to this one.
[[nodiscard]] RunConfig as_written(const SettledConfig& settled);

}  // namespace daris
