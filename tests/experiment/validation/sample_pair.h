// For tests: a live point and its prediction, of made-up figures.
#pragma once

#include <cstdint>
#include <string>

#include "experiment/validation/live_point.h"
#include "tests/analysis/report/sample_report.h"

namespace daris::testing {

// A point with `jobs` of level 0 done in the window, `missed` of them late.
inline Json point_with(std::uint64_t jobs, std::uint64_t missed = 0) {
  PointDescription description = sample_point("0123456789abcdef");
  Json config = *description.config;
  config["streams"] = 1;
  config["oversubscription"] = 1.5;
  config["backend"] = "green";
  description.config = std::make_shared<const Json>(config);
  const std::vector<RunResults> results{sample_results(jobs, missed)};
  return point_to_json(description, sample_run(), results);
}

inline LivePoint live_with(std::uint64_t jobs, std::uint64_t missed = 0) {
  Provenance provenance;
  provenance.program = "daris 0.1.0";
  provenance.gpu = "NVIDIA H100 80GB HBM3";
  provenance.driver = "580";
  const Json report = make_report(ReportKind::kLive, provenance, {});
  return {"live.json", point_with(jobs, missed), report.at("provenance"), ""};
}

}  // namespace daris::testing
