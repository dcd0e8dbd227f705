// For tests: a machine that holds the default objectives up to a load, and an order for a capacity.
#pragma once

#include <string>

#include "base/json/json.h"
#include "experiment/planning/capacity_search.h"
#include "tests/experiment/planning/other_machine.h"

namespace daris::testing {

// From now on runs at loads up to that of `limit` lose no job, and all others lose one of level 0.
inline void hold_up_to(OtherMachine& machine, std::function<double(const SettledConfig&)> limit) {
  machine.change = [limit = std::move(limit)](const SettledConfig& config, Json& point) {
    const bool holds = point["load_reached"].get<double>() <= limit(config);
    for (Json& level : point["results"]["levels"]) {
      level["missed"] = holds ? 0 : 1;
      level["rejected"] = 0;
    }
  };
}

// A search on a synthetic GPU, of so short runs that it takes no time.
inline CapacityRequest short_search() {
  const std::string source = DARIS_SOURCE_FOLDER;
  CapacityRequest request;
  request.config.task_set = source + "/tests/cli/data/cameras.json";
  request.config.profile = source + "/tests/data/synthetic_profile.json";
  request.config.model = source + "/tests/cli/data/contention.json";
  request.config.contexts = 4;
  request.config.duration = Duration::from_ns(300'000'000);
  request.config.warmup = Duration::from_ns(100'000'000);
  request.axis = LoadAxis::kRate;  // a load is reached exactly
  request.replications = 3;
  return request;
}

}  // namespace daris::testing
