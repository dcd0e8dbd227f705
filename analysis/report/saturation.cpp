#include "analysis/report/saturation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/headline.h"
#include "analysis/report/results_json.h"
#include "base/json/json.h"

namespace daris {
namespace {

std::optional<double> mean(const SaturationRates& rates) {
  if (rates.before && rates.after) return (*rates.before + *rates.after) / 2;
  return rates.before ? rates.before : rates.after;
}

Json classes_to_json(const SlotSaturation& saturation, const RunDescription& run) {
  Json classes = Json::array();
  for (const SaturationClass& one : saturation.classes) {
    Json tasks = Json::array();
    for (const std::size_t group : one.groups) tasks.push_back(run.groups[group].name);
    classes.push_back({{"tasks", std::move(tasks)},
                       {"jobs_per_s_before", rounded_or_null(one.rates.before)},
                       {"jobs_per_s_after", rounded_or_null(one.rates.after)}});
  }
  return classes;
}

}  // namespace

std::optional<double> saturation_share(const SlotSaturation& saturation, const RunResults& results) {
  double share = 0;
  for (const SaturationClass& one : saturation.classes) {
    const std::optional<double> rate = mean(one.rates);
    if (!rate || *rate <= 0) return std::nullopt;
    for (const std::size_t group : one.groups)
      share += per_second(results.groups[group].window_completions, results.window) / *rate;
  }
  return share;
}

std::optional<std::string> drift_warning(const SaturationRates& rates) {
  constexpr double kShare = 0.05;
  if (!rates.before || !rates.after) return std::nullopt;
  if (std::abs(*rates.after - *rates.before) <= kShare * std::max(*rates.before, *rates.after))
    return std::nullopt;
  return fmt::format(
      "saturation: the closed loop did {:.0f} jobs a second before the run and {:.0f} after it: "
      "clocks or other work on the machine changed meanwhile",
      *rates.before, *rates.after);
}

Json saturation_to_json(const SlotSaturation& saturation, const RunDescription& run,
                        std::span<const RunResults> replications) {
  return {{"jobs_per_s_before", rounded_or_null(saturation.rates.before)},
          {"jobs_per_s_after", rounded_or_null(saturation.rates.after)},
          {"whole_model_jobs_per_s", rounded_or_null(saturation.whole_model)},
          {"saturation_share", rounded_or_null(saturation_share(saturation, pool(replications)))},
          {"classes", classes_to_json(saturation, run)}};
}

}  // namespace daris
