#include "experiment/planning/objectives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/json/json.h"

namespace daris {
namespace {

struct Limit {
  const char* key;
  std::optional<double> allowed;
};

std::array<Limit, 5> limits_of(const Slo& slo) {
  return {{{"miss_rate_max", slo.miss_rate_max},
           {"loss_rate_max", slo.loss_rate_max},
           {"response_p90_ms_max", slo.response_p90_ms_max},
           {"response_p99_ms_max", slo.response_p99_ms_max},
           {"consecutive_misses_max",
            slo.consecutive_misses_max ? std::optional<double>(*slo.consecutive_misses_max) : std::nullopt}}};
}

bool has_objective(const TaskGroup& group) {
  const std::array<Limit, 5> limits = limits_of(group.slo);
  return std::any_of(limits.begin(), limits.end(),
                     [](const Limit& limit) { return limit.allowed.has_value(); });
}

double past(const Breach& breach) {
  const double measured = breach.measured.value_or(HUGE_VAL);
  return breach.allowed > 0 ? (measured - breach.allowed) / breach.allowed : measured;
}

void put_in_order(std::vector<Breach>& broken) {
  std::stable_sort(broken.begin(), broken.end(), [](const Breach& a, const Breach& b) {
    return std::make_tuple(a.level, -past(a)) < std::make_tuple(b.level, -past(b));
  });
}

// What the report says of one group's limits.
void judge_group(const TaskGroup& group, const Json& task, Verdict& verdict) {
  const Json unshown = task.value("slo_jobs_missing", Json::object());
  for (const Limit& limit : limits_of(group.slo)) {
    if (!limit.allowed) continue;
    if (unshown.contains(limit.key)) {
      verdict.shown = false;
      continue;
    }
    const Json& margin = task.at("slo_margin").at(limit.key);
    if (!margin.is_null() && margin.get<double>() >= 0) continue;
    Breach breach{"task " + group.name, group.priority, limit.key, *limit.allowed, std::nullopt};
    if (!margin.is_null()) breach.measured = *limit.allowed - margin.get<double>();
    verdict.broken.push_back(std::move(breach));
  }
}

}  // namespace

Objectives::Objectives(const TaskSet& set, std::optional<double> loss_max) : loss_max_(loss_max) {
  std::copy_if(set.groups.begin(), set.groups.end(), std::back_inserter(groups_), has_objective);
}

void Objectives::judge_level(const Json& level, Verdict& verdict) const {
  const auto count = [&](const char* key) { return level.at(key).get<double>(); };
  const auto priority = level.at("priority").get<std::uint32_t>();
  const auto judge = [&](const char* limit, double allowed, double measured) {
    if (measured <= allowed) return;
    verdict.broken.push_back({fmt::format("level {}", priority), priority, limit, allowed, measured});
  };
  if (priority == 0) return judge("lost_max", 0, count("missed") + count("rejected"));
  judge("miss_rate_max", kMissRateMax, count("missed") / std::max(count("admitted"), kAdmittedMin));
  if (!loss_max_ || count("released") == 0) return;
  judge("loss_rate_max", *loss_max_, (count("missed") + count("rejected")) / count("released"));
}

std::string Objectives::text() const {
  if (are_of_set()) return "the service level objectives of the task set";
  return fmt::format(
      "the set has no objectives, so the default: level 0 loses no job, and no other level misses over {:g}% "
      "of "
      "what it admits{}",
      100 * kMissRateMax,
      loss_max_ ? fmt::format(" or loses over {:g}% of what it releases", 100 * *loss_max_) : "");
}

Verdict Objectives::judge(const Json& point) const {
  Verdict verdict;
  verdict.shown = true;
  const Json& results = point.at("results");
  if (!are_of_set()) {
    for (const Json& level : results.at("levels")) judge_level(level, verdict);
  }
  for (const TaskGroup& group : groups_) {
    for (const Json& task : results.at("tasks")) {
      if (task.at("name") == group.name) judge_group(group, task, verdict);
    }
  }
  put_in_order(verdict.broken);
  verdict.holds = verdict.broken.empty();
  verdict.shown = verdict.shown && verdict.holds;
  return verdict;
}

std::string breach_text(const Breach& breach) {
  const std::string measured = breach.measured ? fmt::format("{:.4g}", *breach.measured) : "without a figure";
  return fmt::format("{}: {} {}, allowed {:.4g}", breach.where, breach.limit, measured, breach.allowed);
}

}  // namespace daris
