#include "analysis/publication/claim_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/publication/measured.h"
#include "analysis/report/statistics.h"
#include "base/number_text.h"
#include "base/parse_value.h"

namespace daris {
namespace {

// "level1_loss_rate" is figure "loss_rate" of level 1.
std::optional<std::uint64_t> split_level(std::string_view& name) {
  constexpr std::string_view kLevel = "level";
  if (!name.starts_with(kLevel)) return std::nullopt;
  std::uint64_t level = 0;
  const char* const begin = name.data() + kLevel.size();
  const auto [end, error] = std::from_chars(begin, name.data() + name.size(), level);
  if (error != std::errc() || end == begin || *end != '_') return std::nullopt;
  name.remove_prefix(static_cast<std::size_t>(end - name.data()) + 1);
  return level;
}

const FigureInfo* find_figure(std::span<const FigureInfo> figures, std::string_view name) {
  for (const FigureInfo& figure : figures)
    if (figure.name == name) return &figure;
  return nullptr;
}

Measured measured_in(const Json& point, const std::string& name) {
  std::string_view rest = name;
  const std::optional<std::uint64_t> priority = split_level(rest);
  const FigureInfo* const figure = find_figure(priority ? level_figures() : point_figures(), rest);
  if (figure == nullptr) return {};
  if (!priority) return measure(*figure, point);
  const Json* const level = find_level(point.at("results"), *priority);
  return level == nullptr ? Measured() : measure_level(*figure, point, *level);
}

std::vector<double> numbers_of(const Json& list) {
  std::vector<double> numbers;
  for (const Json& value : list)
    if (value.is_number()) numbers.push_back(value.get<double>());
  return numbers;
}

std::optional<ClaimFigure> figure_of_report(const Json& point, const std::string& name) {
  const Measured measured = measured_in(point, name);
  if (!measured.value) return std::nullopt;
  const Json values = point.at("confidence").value("values", Json::object()).value(name, Json::array());
  return ClaimFigure{*measured.value, numbers_of(values), measured.low, measured.high, false};
}

bool has_half_width(const Json& point, const std::string& name) {
  return point.at("confidence").at("half_width").contains(name);
}

std::optional<ClaimFigure> figure_of_runs(const std::vector<const Json*>& runs, const std::string& name) {
  if (runs.size() == 1) return figure_of_report(*runs.front(), name);
  ClaimFigure all;
  bool by_itself = true;  // each run has an interval that is none over replications
  for (const Json* const run : runs) {
    const std::optional<ClaimFigure> one = figure_of_report(*run, name);
    if (!one) continue;
    if (one->values.empty()) all.values.push_back(one->value);
    all.values.insert(all.values.end(), one->values.begin(), one->values.end());
    by_itself = by_itself && one->low && one->high && !has_half_width(*run, name);
    if (!by_itself) continue;
    all.low = std::min(all.low.value_or(*one->low), *one->low);
    all.high = std::max(all.high.value_or(*one->high), *one->high);
  }
  if (all.values.empty()) return std::nullopt;
  if (!by_itself) all.low = all.high = std::nullopt;
  all.value = mean(all.values);
  return all;
}

std::optional<ClaimFigure> figure_of_published(const Json& point, const std::string& name) {
  const Json& figures = point.at("figures");
  if (!figures.contains(name)) return std::nullopt;
  const Json& figure = figures.at(name);
  ClaimFigure result{
      figure.at("value").get<double>(), numbers_of(figure.value("values", Json::array())), {}, {}};
  if (figure.contains("interval_95")) {
    result.low = figure["interval_95"][0].get<double>();
    result.high = figure["interval_95"][1].get<double>();
  }
  result.without_spread = result.values.empty() && !result.low;
  return result;
}

// Switches are written as texts: "0.9" is 0.9.
bool is_same(const Json& found, const Json& wanted) {
  if (found.is_string() && wanted.is_number())
    return parse_number(found.get<std::string>()) == wanted.get<double>();
  return found == wanted;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "?";
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.is_string() ? value.get<std::string>() : value.dump();
}

ClaimWorld& world_named(const std::string& name, std::vector<ClaimWorld>& worlds) {
  auto world =
      std::find_if(worlds.begin(), worlds.end(), [&](const ClaimWorld& one) { return one.name == name; });
  if (world == worlds.end()) world = worlds.insert(worlds.end(), ClaimWorld{name, {}, false});
  return *world;
}

// What two runs of one configuration share.
std::string key_of(const Json& point, bool live) {
  Json config = point.at("config");
  config.erase("replications");
  if (live)
    for (const char* const key : {"duration_s", "warmup_s", "seed", "saturation", "blame"}) config.erase(key);
  return config.dump();
}

std::size_t replications_of(const Json& point) {
  return point.at("config").value("replications", std::size_t{1});
}

// The points of one world, one of each configuration.
class WorldPoints {
 public:
  void add(const Json& point, bool live, ClaimWorld& world) {
    const auto [known, added] = known_.try_emplace(key_of(point, live), world.points.size(), &point);
    if (added) {
      world.points.emplace_back(point, true);
      return;
    }
    auto& [place, first] = known->second;
    if (live) {
      world.points[place].add_run(point);
    } else if (replications_of(point) > replications_of(*first)) {
      first = &point;
      world.points[place] = ClaimPoint(point, true);
    }
  }

 private:
  std::map<std::string, std::pair<std::size_t, const Json*>>
      known_;  // place, and the point that stands there
};

}  // namespace

Json ClaimPoint::setting(const std::string& key) const {
  const Json& point = *runs_.front();
  const Json& config = point.at("config");
  constexpr std::string_view kSwitches = "switches.";
  if (of_report_ && key.starts_with(kSwitches))
    return config.value("switches", Json::object()).value(key.substr(kSwitches.size()), Json());
  const Json found = config.value(key, Json());
  return found.is_null() && point.contains("shape") ? point.at("shape").value(key, Json()) : found;
}

std::optional<ClaimFigure> ClaimPoint::figure(const std::string& name) const {
  return of_report_ ? figure_of_runs(runs_, name) : figure_of_published(*runs_.front(), name);
}

bool ClaimPoint::matches(const ClaimSide& side) const {
  return std::all_of(side.of.begin(), side.of.end(), [&](const auto& wanted) {
    const Json found = setting(wanted.first);
    if (found.is_null() && !of_report_) return true;
    return std::any_of(wanted.second.begin(), wanted.second.end(),
                       [&](const Json& value) { return is_same(found, value); });
  });
}

std::string ClaimPoint::label() const {
  std::string label = text_of(setting("policy"));
  if (!setting("contexts").is_null())
    label += fmt::format(", {} x {} OS {}", text_of(setting("contexts")), text_of(setting("streams")),
                         text_of(setting("oversubscription")));
  for (const char* const key : {"batch_limit", "load"})
    if (!setting(key).is_null())
      label += fmt::format(", {} {}", key[0] == 'b' ? "B" : key, text_of(setting(key)));
  return label;
}

std::vector<std::string> ClaimPoint::ids() const {
  std::vector<std::string> ids;
  for (const Json* const run : runs_)
    if (std::string id = run->value("id", ""); !id.empty()) ids.push_back(std::move(id));
  return ids;
}

std::optional<Json> ClaimPoint::pairing() const {
  if (!of_report_) return std::nullopt;
  const Json& config = runs_.front()->at("config");
  Json shared = Json::array();
  for (const char* const key : {"seed", "task_set", "load", "load_by", "priority_mix"})
    shared.push_back(config.value(key, Json()));
  if (runs_.size() > 1) shared.push_back(ids());
  return shared;
}

std::vector<ClaimWorld> worlds_of(const Published& published) {
  std::vector<ClaimWorld> worlds;
  for (const PublishedDocument& document : published.others) {
    for (const Json& point : document.content.at("points")) {
      ClaimWorld& world = world_named("published: " + document.content.at("gpu").get<std::string>(), worlds);
      world.is_published = true;
      world.points.emplace_back(point, false);
    }
  }
  std::map<std::string, WorldPoints> known;
  for (const PublishedDocument& report : published.reports) {
    const std::string name = world_of(report.content);
    const bool live = report.content.at("kind") == "live";
    for (const Json& point : report.content.at("points"))
      known[name].add(point, live, world_named(name, worlds));
  }
  return worlds;
}

}  // namespace daris
