#include "analysis/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "analysis/comparison/throttling.h"
#include "base/json/json.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

std::string id_of(const Json& point) { return point.at("id").get<std::string>(); }

// The points of one configuration on one side.
using Points = std::vector<const Json*>;

struct Group {
  Points before, after;
};

struct Sorted {
  std::vector<Group> groups;  // in the order in which their first points stand
  std::vector<LeftOutPoint> left_out;
};

class Sorter {
 public:
  Sorter(const ComparisonSettings& settings, const ThrottlingTest& throttling)
      : settings_(settings), throttling_(throttling) {}

  void take(const ComparedReport& side, Points Group::*points) {
    for (const Json& point : side.report->at("points")) {
      const std::string reason = why_left_out(*side.report, point);
      if (!reason.empty()) {
        sorted_.left_out.push_back({side.name, id_of(point), reason});
        continue;
      }
      const auto [place, is_new] =
          places_.try_emplace(point_key(point.at("config"), settings_.match), sorted_.groups.size());
      if (is_new) sorted_.groups.emplace_back();
      (sorted_.groups[place->second].*points).push_back(&point);
    }
  }

  [[nodiscard]] Sorted& sorted() { return sorted_; }

 private:
  [[nodiscard]] std::string why_left_out(const Json& report, const Json& point) const {
    if (point.value("partial", false)) return "its run was cut short";
    if (settings_.skip_throttled && throttling_.throttled(report, point)) return "its SM clock was throttled";
    return "";
  }

  const ComparisonSettings& settings_;
  const ThrottlingTest& throttling_;
  std::map<std::string, std::size_t> places_;  // key -> index of the group
  Sorted sorted_;
};

// Moves what has no partner from the groups to the points that are left out.
void leave_out_single(Sorted& sorted, const ComparedReport& before, const ComparedReport& after) {
  std::vector<Group> matched;
  for (Group& group : sorted.groups) {
    if (!group.before.empty() && !group.after.empty()) {
      matched.push_back(std::move(group));
      continue;
    }
    const ComparedReport& own = group.after.empty() ? before : after;
    const ComparedReport& other = group.after.empty() ? after : before;
    for (const Json* const point : group.after.empty() ? group.before : group.after)
      sorted.left_out.push_back(
          {own.name, id_of(*point), "no point of " + other.name + " has its configuration"});
  }
  sorted.groups = std::move(matched);
}

// What makes points match that differ in `keys`.
std::string way_out(const MatchRule& rule, const std::vector<std::string>& keys) {
  if (!rule.by.empty()) return "leave them out of --by";
  std::vector<std::string> all = rule.ignore;
  all.insert(all.end(), keys.begin(), keys.end());
  return fmt::format("--ignore {} leaves them out", fmt::join(all, ","));
}

Error nothing_matches(const Sorted& sorted, const ComparedReport& before, const ComparedReport& after,
                      const MatchRule& rule) {
  std::string why = sorted.left_out.empty() ? "" : "; " + sorted.left_out.front().reason;
  const Json& ours = before.report->at("points");
  const Json& theirs = after.report->at("points");
  if (!ours.empty() && !theirs.empty()) {
    const std::vector<std::string> keys = differing_keys(ours[0].at("config"), theirs[0].at("config"), rule);
    if (!keys.empty())
      why = fmt::format("; their first points differ in {}; {}", fmt::join(keys, ","), way_out(rule, keys));
  }
  return Error{fmt::format("{} and {}: no two points can be compared{}", before.name, after.name, why)};
}

Result<std::vector<Run>> runs_of(const Points& points, const ComparedReport& side) {
  std::vector<Run> runs;
  for (const Json* const point : points) append_runs(*point, runs);
  if (!has_twins(runs)) return runs;
  return Error{fmt::format(
      "{}: points {} and {} are of one configuration without the keys that are left out, and have runs of "
      "the same seed; --by or --ignore must tell them apart",
      side.name, id_of(*points[0]), id_of(*points[1]))};
}

bool is_wanted(const std::string& figure, const std::vector<std::string>& wanted) {
  if (!more_is_better(figure)) return false;
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), figure) != wanted.end();
}

class Comparer {
 public:
  Comparer(const ComparedReport& before, const ComparedReport& after, const ComparisonSettings& settings,
           const ThrottlingTest& throttling)
      : before_(before), after_(after), settings_(settings), throttling_(throttling) {}

  [[nodiscard]] Result<ComparedPoint> compare(const Group& group, const PointNames& names) const {
    DARIS_TRY_ASSIGN(std::vector<Run> before, runs_of(group.before, before_));
    DARIS_TRY_ASSIGN(std::vector<Run> after, runs_of(group.after, after_));
    ComparedPoint point;
    point.name = names.of(group.before.front()->at("config"));
    note_ids(*before_.report, group.before, point.before, point.throttled);
    note_ids(*after_.report, group.after, point.after, point.throttled);
    const RunPairs runs = pair_runs(std::move(before), std::move(after));
    point.paired = runs.paired;
    for (const auto& [figure, unused] : group.before.front()->at("confidence").at("values").items()) {
      if (is_wanted(figure, settings_.figures))
        point.figures.push_back(compare_figure(figure, values_of(runs, figure), settings_.tolerance));
    }
    return point;
  }

 private:
  void note_ids(const Json& report, const Points& points, std::vector<std::string>& ids,
                std::vector<std::string>& throttled) const {
    for (const Json* const point : points) {
      ids.push_back(id_of(*point));
      if (throttling_.throttled(report, *point)) throttled.push_back(id_of(*point));
    }
  }

  const ComparedReport& before_;
  const ComparedReport& after_;
  const ComparisonSettings& settings_;
  const ThrottlingTest& throttling_;
};

Status check_figures(const Comparison& comparison, const std::vector<std::string>& wanted,
                     const std::vector<Group>& groups) {
  for (const std::string& figure : wanted) {
    const auto has_it = [&](const ComparedPoint& point) {
      return std::any_of(point.figures.begin(), point.figures.end(),
                         [&](const ComparedFigure& one) { return one.name == figure; });
    };
    if (std::any_of(comparison.points.begin(), comparison.points.end(), has_it)) continue;
    std::vector<std::string> known;
    for (const auto& [name, unused] : groups.front().before.front()->at("confidence").at("values").items()) {
      if (more_is_better(name)) known.push_back(name);
    }
    return Error{fmt::format(
        "--figures: no point has \"{}\"; {}", figure,
        did_you_mean(figure, known, [](const std::string& name) { return std::string_view(name); }))};
  }
  return {};
}

}  // namespace

std::size_t regressions(const Comparison& comparison) {
  std::size_t count = 0;
  for (const ComparedPoint& point : comparison.points) {
    count +=
        static_cast<std::size_t>(std::count_if(point.figures.begin(), point.figures.end(),
                                               [](const ComparedFigure& one) { return one.regression; }));
  }
  return count;
}

Result<Comparison> compare_reports(const ComparedReport& before, const ComparedReport& after,
                                   const ComparisonSettings& settings) {
  const std::array reports{before.report, after.report};
  const ThrottlingTest throttling(reports);
  Sorter sorter(settings, throttling);
  sorter.take(before, &Group::before);
  sorter.take(after, &Group::after);
  Sorted& sorted = sorter.sorted();
  leave_out_single(sorted, before, after);
  if (sorted.groups.empty()) return nothing_matches(sorted, before, after, settings.match);
  std::vector<const Json*> configs;
  for (const Group& group : sorted.groups) configs.push_back(&group.before.front()->at("config"));
  const PointNames names(configs);
  const Comparer comparer(before, after, settings, throttling);
  Comparison comparison;
  for (const Group& group : sorted.groups) {
    DARIS_TRY_ASSIGN(ComparedPoint point, comparer.compare(group, names));
    comparison.points.push_back(std::move(point));
  }
  DARIS_TRY(check_figures(comparison, settings.figures, sorted.groups));
  comparison.left_out = std::move(sorted.left_out);
  return comparison;
}

}  // namespace daris
