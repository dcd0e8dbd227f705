#include "analysis/publication/points_csv.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/publication/measured.h"
#include "base/json/json.h"
#include "base/number_text.h"

namespace daris {
namespace {

// Settings that have a column whether or not a point has them. Their names are those of the configuration.
constexpr std::array<std::string_view, 26> kSettings{
    "task_set",   "load",     "load_by", "priority_mix",     "deadline_ratio", "policy",    "batch_limit",
    "backend",    "contexts", "streams", "oversubscription", "shape",          "partition", "sms",
    "duration_s", "warmup_s", "seed",    "replications",     "profile",        "model",     "releases",
    "schedule",   "inject",   "copies",  "saturation",       "device"};
// Likewise. They came later, so that they stand behind the figures.
constexpr std::array<std::string_view, 8> kLaterSettings{
    "goal", "precision", "precision_of", "replications_max", "warmup_by", "blame", "realtime", "power"};

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

std::string cell(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return quoted(value.get<std::string>());
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.is_structured() ? quoted(value.dump()) : value.dump();
}

std::string cell(const std::optional<double>& value) { return value ? number_text(*value) : ""; }

// A count stays a whole number, however large it is.
std::string cell(const FigureInfo& figure, const std::optional<double>& value) {
  return figure.whole && value ? std::to_string(static_cast<std::uint64_t>(*value)) : cell(value);
}

bool has_interval(const FigureInfo& figure) {
  return figure.has_half_width || figure.get_interval != nullptr;
}

// What a chosen shape has under `key`; null if the shape was given.
Json of_chosen_shape(const Json& point, const std::string& key) {
  const auto shape = point.find("shape");
  return shape == point.end() ? Json() : shape->value(key, Json());
}

// A shape that was chosen stands in the columns of shapes.
Json setting(const Json& point, std::string_view key) {
  if (key == "partition" && point.contains("shape")) return of_chosen_shape(point, "name");
  const Json& config = point.at("config");
  const auto found = config.find(key);
  if (found != config.end()) return *found;
  const bool of_shape = key == "contexts" || key == "streams" || key == "oversubscription";
  return of_shape ? of_chosen_shape(point, std::string(key)) : Json();
}

// The switches as they ran: a chosen shape may have some.
Json switches_of(const Json& point) {
  Json switches = point.at("config").value("switches", Json::object());
  if (const Json chosen = of_chosen_shape(point, "switches"); chosen.is_object()) switches.update(chosen);
  return switches;
}

// Switches of all points, in order of first appearance.
std::vector<std::string> switches_of(std::span<const PublishedPoint> points) {
  std::vector<std::string> keys;
  for (const PublishedPoint& point : points) {
    const Json switches = switches_of(*point.point);
    for (const auto& [key, unused] : switches.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

void append_names(std::span<const FigureInfo> figures, std::string_view prefix, std::string& line) {
  for (const FigureInfo& figure : figures) {
    const std::string name = std::string(prefix) + std::string(figure.name);
    line += "," + name;
    if (has_interval(figure)) line += "," + name + "_low_95," + name + "_high_95";
  }
}

std::string heading(const std::vector<std::string>& switches) {
  std::string line = "report,kind,gpu,driver,program,commit,point";
  for (const std::string_view setting : kSettings) line += "," + std::string(setting);
  line += ",load_reached,work_in_time,partial";
  append_names(point_figures(), "", line);
  line += ",level";
  append_names(level_figures(), "level_", line);
  for (const std::string_view setting : kLaterSettings) line += "," + std::string(setting);
  line += ",policy_sha256";
  for (const std::string& key : switches) line += ",switch_" + key;
  return line + "\n";
}

void append_measured(const FigureInfo& figure, const Measured& measured, std::string& line) {
  line += "," + cell(figure, measured.value);
  if (has_interval(figure)) line += "," + cell(measured.low) + "," + cell(measured.high);
}

// All that stands before the level.
std::string begin_of_row(const PublishedDocument& report, const Json& point) {
  const Json& provenance = report.content.at("provenance");
  std::string line = quoted(report.file) + "," + cell(report.content.at("kind"));
  for (const char* const key : {"gpu", "driver", "program", "commit"}) line += "," + cell(provenance.at(key));
  line += "," + cell(point.at("id"));
  for (const std::string_view key : kSettings) line += "," + cell(setting(point, key));
  line += "," + cell(point.at("load_reached")) + "," + cell(work_in_time(point)) + "," +
          cell(point.value("partial", Json()));
  for (const FigureInfo& figure : point_figures()) append_measured(figure, measure(figure, point), line);
  return line;
}

// All that stands behind the figures of the level.
std::string end_of_row(const Json& point, const std::vector<std::string>& switches) {
  std::string line;
  for (const std::string_view key : kLaterSettings) line += "," + cell(setting(point, key));
  line += "," + cell(point.value("policy_sha256", Json()));
  const Json known = switches_of(point);
  for (const std::string& key : switches) line += "," + cell(known.value(key, Json()));
  return line + "\n";
}

}  // namespace

std::string points_csv(const Published& published, std::span<const PublishedPoint> points) {
  const std::vector<std::string> switches = switches_of(points);
  std::string text = heading(switches);
  for (const PublishedPoint& entry : points) {
    const Json& point = *entry.point;
    const std::string begin = begin_of_row(published.reports[entry.report], point);
    const std::string end = end_of_row(point, switches);
    for (const Json& level : point.at("results").at("levels")) {
      text += begin + "," + cell(level.at("priority"));
      for (const FigureInfo& figure : level_figures())
        append_measured(figure, measure_level(figure, point, level), text);
      text += end;
    }
  }
  return text;
}

}  // namespace daris
