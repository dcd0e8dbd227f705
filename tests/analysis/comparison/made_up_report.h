// For tests: reports with figures that are written by hand, as far as comparisons read them.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/json/json.h"

namespace daris::testing {

// `config`: what differs from the defaults below, or {}. `values`: figure -> value of each replication.
inline Json made_up_point(const std::string& id, Json config, Json values) {
  const std::size_t replications = values.begin().value().size();
  Json all = {{"task_set", "cameras"}, {"policy", "daris"}, {"load", 1.0}, {"seed", 1}};
  for (const auto& [key, value] : config.items()) all[key] = value;
  if (!all.contains("switches")) all["switches"] = {{"bound", "1"}};
  return {{"id", id},
          {"config", std::move(all)},
          {"partial", false},
          {"results", {{"runtime", nullptr}}},
          {"confidence", {{"replications", replications}, {"values", std::move(values)}}}};
}

inline Json made_up_report(Json points) {
  return {{"kind", "simulated"}, {"provenance", {{"gpu", "GPU X"}}}, {"points", std::move(points)}};
}

}  // namespace daris::testing
