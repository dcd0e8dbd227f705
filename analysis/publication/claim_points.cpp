#include "analysis/publication/claim_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "analysis/publication/measured.h"
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

void add_point(std::vector<ClaimWorld>& worlds, const std::string& name, const ClaimPoint& point) {
  auto world =
      std::find_if(worlds.begin(), worlds.end(), [&](const ClaimWorld& one) { return one.name == name; });
  if (world == worlds.end()) world = worlds.insert(worlds.end(), ClaimWorld{name, {}});
  world->points.push_back(point);
}

}  // namespace

Json ClaimPoint::setting(const std::string& key) const {
  const Json& config = point_->at("config");
  constexpr std::string_view kSwitches = "switches.";
  if (of_report_ && key.starts_with(kSwitches))
    return config.value("switches", Json::object()).value(key.substr(kSwitches.size()), Json());
  const Json found = config.value(key, Json());
  return found.is_null() && point_->contains("shape") ? point_->at("shape").value(key, Json()) : found;
}

std::optional<ClaimFigure> ClaimPoint::figure(const std::string& name) const {
  return of_report_ ? figure_of_report(*point_, name) : figure_of_published(*point_, name);
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

std::string ClaimPoint::id() const { return point_->value("id", ""); }

std::optional<Json> ClaimPoint::pairing() const {
  if (!of_report_) return std::nullopt;
  const Json& config = point_->at("config");
  Json shared = Json::array();
  for (const char* const key : {"seed", "task_set", "load", "load_by", "priority_mix"})
    shared.push_back(config.value(key, Json()));
  return shared;
}

std::vector<ClaimWorld> worlds_of(const Published& published) {
  std::vector<ClaimWorld> worlds;
  for (const PublishedDocument& document : published.others)
    for (const Json& point : document.content.at("points"))
      add_point(worlds, "published: " + document.content.at("gpu").get<std::string>(),
                ClaimPoint(point, false));
  for (const PublishedDocument& report : published.reports)
    for (const Json& point : report.content.at("points"))
      add_point(worlds, world_of(report.content), ClaimPoint(point, true));
  return worlds;
}

}  // namespace daris
