#include "analysis/publication/page_data.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/publication/measured.h"
#include "base/json/json.h"
#include "base/parse_value.h"
#include "base/version.h"

namespace daris {
namespace {

// Figures that the table shows before anybody asks for more.
constexpr std::array<std::string_view, 5> kVisible{"on_time_jobs_per_s", "work_in_time", "deadline_miss_rate",
                                                   "rejection_rate", "response_p99_ms"};

bool is_visible(std::string_view name) {
  return std::find(kVisible.begin(), kVisible.end(), name) != kVisible.end();
}

Json short_number(const std::optional<double>& value) {
  if (!value) return nullptr;
  return parse_number(fmt::format("{:.6g}", *value)).value_or(*value);
}

// A setting that the page shows. A minor one says nothing beside the policy, and is not shown before somebody
// asks for it.
struct TextColumn {
  std::string key, label;
  bool setting = true;
  bool minor = false;
};

Json text_column(const TextColumn& info, const std::vector<std::string>& texts) {
  std::map<std::string, std::size_t> codes;
  Json known = Json::array();
  Json column = {{"key", info.key},
                 {"label", info.label},
                 {"visible", !info.minor},
                 {"setting", info.setting},
                 {"minor", info.minor}};
  Json list = Json::array();
  for (const std::string& text : texts) {
    const auto [found, added] = codes.try_emplace(text, codes.size());
    if (added) known.push_back(text);
    list.push_back(found->second);
  }
  column["texts"] = std::move(known);
  column["codes"] = std::move(list);
  return column;
}

// Nullopt if no point has the figure.
std::optional<Json> figure_column(const FigureInfo& figure, const std::string& group,
                                  const std::vector<Measured>& all) {
  const auto has = [&](const std::optional<double> Measured::*part) {
    return std::any_of(all.begin(), all.end(), [&](const Measured& one) { return (one.*part).has_value(); });
  };
  if (!has(&Measured::value)) return std::nullopt;
  Json column = {{"key", std::string(figure.name)},
                 {"label", std::string(figure.label)},
                 {"unit", std::string(figure.unit)},
                 {"share", figure.share},
                 {"visible", is_visible(figure.name)}};
  if (!group.empty()) column["group"] = group;
  const auto list = [&](const std::optional<double> Measured::*part) {
    Json numbers = Json::array();
    for (const Measured& one : all) numbers.push_back(short_number(one.*part));
    return numbers;
  };
  column["values"] = list(&Measured::value);
  if (has(&Measured::low)) column["low"] = list(&Measured::low);
  if (has(&Measured::high)) column["high"] = list(&Measured::high);
  return column;
}

std::vector<FlatConfig> configs_of(std::span<const PublishedPoint> points) {
  std::vector<FlatConfig> configs;
  configs.reserve(points.size());
  for (const PublishedPoint& point : points) configs.push_back(point.config);
  return configs;
}

void append_settings(const PageContents& contents, Json& columns, Json& shared) {
  const std::vector<FlatConfig> configs = configs_of(contents.points);
  const std::vector<std::string> differing = differing_settings(configs);
  std::vector<std::string> texts(contents.points.size());
  const auto append = [&](const TextColumn& info, const auto& text_of) {
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = text_of(i);
    columns.push_back(text_column(info, texts));
  };
  append({"id", "point", false},
         [&](std::size_t i) { return contents.points[i].point->at("id").get<std::string>(); });
  if (contents.published->reports.size() > 1)
    append({"report", "report"},
           [&](std::size_t i) { return short_name(*contents.published, contents.points[i].report); });
  for (const std::string& key : differing) {
    append({key, short_setting(key), true, is_of_policy(key, contents.points)}, [&](std::size_t i) {
      const std::string* const value = find_setting(configs[i], key);
      return value == nullptr ? std::string("-") : *value;
    });
  }
  const std::set<std::string> different(differing.begin(), differing.end());
  for (const auto& [key, value] : configs.front())
    if (!different.contains(key) && value != "-") shared.push_back({short_setting(key), value});
}

void append_figures(const PageContents& contents, Json& columns) {
  std::vector<Measured> all(contents.points.size());
  const auto append = [&](const FigureInfo& figure, const std::string& group, const auto& of) {
    std::transform(contents.points.begin(), contents.points.end(), all.begin(), of);
    if (std::optional<Json> column = figure_column(figure, group, all)) columns.push_back(std::move(*column));
  };
  for (const FigureInfo& figure : point_figures()) {
    append(figure, "", [&](const PublishedPoint& point) { return measure(figure, *point.point); });
    if (figure.name != "on_time_jobs_per_s") continue;
    append(FigureInfo{"work_in_time", "work", "load", nullptr}, "", [](const PublishedPoint& point) {
      return Measured{work_in_time(*point.point), {}, {}};
    });
  }
  for (const std::uint64_t priority : levels_in(contents.points)) {
    for (const FigureInfo& figure : level_figures()) {
      append(figure, fmt::format("level {}", priority), [&](const PublishedPoint& point) {
        const Json* const level = find_level(point.point->at("results"), priority);
        return level == nullptr ? Measured() : measure_level(figure, *point.point, *level);
      });
    }
  }
}

Json reports_of(const Published& published) {
  Json reports = Json::array();
  for (const PublishedDocument& report : published.reports) {
    Json provenance = Json::object();
    for (const auto& [key, value] : report.content.at("provenance").items()) {
      if (value.is_object()) {
        for (const auto& [name, version] : value.items())
          if (version.is_string()) provenance[name] = version;
      } else if (!value.is_null()) {
        provenance[short_setting(key)] = value.is_string() ? value : Json(value.dump());
      }
    }
    reports.push_back({{"file", report.file},
                       {"sha256", report.sha256},
                       {"world", world_of(report.content)},
                       {"provenance", std::move(provenance)}});
  }
  return reports;
}

// Each warning once, and for each point the indices of its own; null if it has none.
void append_warnings(const PageContents& contents, Json& data) {
  std::map<std::string, std::size_t> known;
  Json texts = Json::array();
  Json of_points = Json::array();
  for (const PublishedPoint& point : contents.points) {
    Json indices;
    for (const Json& warning : point.point->at("warnings")) {
      const auto [found, added] = known.try_emplace(warning.get<std::string>(), known.size());
      if (added) texts.push_back(warning);
      indices.push_back(found->second);
    }
    of_points.push_back(std::move(indices));
  }
  data["warnings"] = std::move(texts);
  data["warnings_of"] = std::move(of_points);
}

}  // namespace

Json page_data(const PageContents& contents, const Json& palette) {
  Json data = {{"program", program_name()}, {"command", contents.command}};
  data["reports"] = reports_of(*contents.published);
  data["palette"] = palette;
  data["columns"] = Json::array();
  data["shared"] = Json::array();
  append_settings(contents, data["columns"], data["shared"]);
  append_figures(contents, data["columns"]);
  Json commands = Json::array();
  Json report_of = Json::array();
  for (const PublishedPoint& point : contents.points) {
    const bool live = contents.published->reports[point.report].content.at("kind") == "live";
    commands.push_back(contents.command_of(point.point->at("config"), live));
    report_of.push_back(point.report);
  }
  data["commands"] = std::move(commands);
  data["report_of"] = std::move(report_of);
  append_warnings(contents, data);
  return data;
}

}  // namespace daris
