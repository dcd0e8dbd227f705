#include "profiles/context_list_json.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/json/json.h"
#include "base/json/reader.h"

namespace daris {
namespace {

constexpr std::size_t kRowsMax = 1024;
constexpr IntegerRange kListedGroup{.min = 0, .max = 1023};
constexpr IntegerRange kWindowGroups{.min = 1, .max = 1024};
constexpr IntegerRange kMpsShare{.min = 1, .max = 100};
constexpr IntegerRange kRowStreams{.min = 1, .max = 1024};
constexpr IntegerRange kRowLevel{.min = 0, .max = 1000};

std::optional<std::uint32_t> optional_count(const JsonObject& object, std::string_view key,
                                            const IntegerRange& range) {
  const std::optional<std::int64_t> value = object.optional_integer(key, range);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

ContextRow parse_row(const JsonObject& object) {
  ContextRow row;
  row.first_group = optional_count(object, "first_group", kListedGroup);
  row.groups = optional_count(object, "groups", kWindowGroups);
  row.percentage = optional_count(object, "percentage", kMpsShare);
  row.streams = static_cast<std::uint32_t>(object.integer_or("streams", kRowStreams, 1));
  row.alone = object.boolean_or("alone", false);
  row.urgent = object.boolean_or("urgent", false);
  if (!object.has("levels")) return row;
  for (const std::int64_t level : object.integers("levels", {.min = 1, .max = 1001}, kRowLevel))
    row.levels.push_back(static_cast<std::uint32_t>(level));
  std::sort(row.levels.begin(), row.levels.end());
  if (std::adjacent_find(row.levels.begin(), row.levels.end()) != row.levels.end())
    object.fail("levels", "a level stands there twice");
  return row;
}

// Without fields that are at their defaults.
Json row_to_json(const ContextRow& row) {
  Json json = Json::object();
  if (row.first_group) json["first_group"] = *row.first_group;
  if (row.groups) json["groups"] = *row.groups;
  if (row.percentage) json["percentage"] = *row.percentage;
  if (row.streams != 1) json["streams"] = row.streams;
  if (!row.levels.empty()) json["levels"] = row.levels;
  if (row.alone) json["alone"] = true;
  if (row.urgent) json["urgent"] = true;
  return json;
}

}  // namespace

Result<ContextList> parse_context_list(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root = document.root("daris.partition", 1, {"contexts"});
  ContextList list;
  list.name = origin;
  for (const JsonObject& row :
       root.objects("contexts", {.min = 1, .max = kRowsMax},
                    {"first_group", "groups", "percentage", "streams", "levels", "alone", "urgent"}))
    list.rows.push_back(parse_row(row));
  DARIS_TRY(document.status());
  return list;
}

Json context_list_to_json(const ContextList& list) {
  Json rows = Json::array();
  for (const ContextRow& row : list.rows) rows.push_back(row_to_json(row));
  return {{"schema", "daris.partition"}, {"version", 1}, {"contexts", std::move(rows)}};
}

}  // namespace daris
