#include "experiment/sweep/sweep_file.h"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "experiment/log_follower.h"
#include "experiment/run_options.h"
#include "plugin/loader.h"

namespace daris {
namespace {

// The values of one key, and the place in the file where they stand.
struct Axis {
  std::string key;
  std::string place;
  std::vector<Json> values;
};

// Options that may stand beside the grid.
constexpr std::string_view kFixed[] = {"profile",      "model", "duration_s", "warmup_s",
                                       "replications", "seed",  "precision"};

Axis make_axis(std::string key, std::string place, const Json& value) {
  Axis axis{std::move(key), std::move(place), {}};
  if (!value.is_array()) axis.values = {value};
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) axis.values.push_back(value[i]);
  return axis;
}

std::string place_of(const Axis& axis, std::size_t index) {
  return axis.values.size() == 1 ? axis.place : fmt::format("{}[{}]", axis.place, index);
}

bool names(const std::vector<Axis>& axes, std::string_view key) {
  for (const Axis& axis : axes) {
    if (axis.key == key) return true;
  }
  return false;
}

// Records, with `root`, the first value that its option or switch does not take.
void check_axis(const JsonObject& root, const Axis& axis) {
  if (axis.values.empty()) root.fail(axis.place, "[] is empty; at least one value is needed");
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    RunConfig scratch;
    const Status status = set_from_json(scratch, axis.key, axis.values[i]);
    if (!status.ok()) root.fail(place_of(axis, i), status.error().message);
  }
}

void add_axis(const JsonObject& root, std::vector<Axis>& axes, Axis axis) {
  check_axis(root, axis);
  if (names(axes, axis.key)) root.fail(axis.place, "stands twice: in the grid and beside it");
  axes.push_back(std::move(axis));
}

std::vector<Axis> read_axes(const JsonObject& root) {
  std::vector<Axis> axes;
  if (const Json* const sets = root.find("task_sets"))
    add_axis(root, axes, make_axis("task_set", "task_sets", *sets));
  for (const std::string_view key : kFixed) {
    const Json* const value = root.find(key);
    if (value == nullptr) continue;
    if (value->is_array()) root.fail(key, "is one value here; several belong into the grid");
    add_axis(root, axes, make_axis(std::string(key), std::string(key), *value));
  }
  const Json* const grid = root.find("grid");
  if (grid == nullptr) return axes;
  if (!grid->is_object()) {
    root.fail("grid", grid->dump() + " is not an object of axes, such as {\"contexts\": [1, 2, 4]}");
    return axes;
  }
  for (const auto& [key, value] : grid->items()) add_axis(root, axes, make_axis(key, "grid." + key, value));
  return axes;
}

// Each variant is a list of axes of one value.
std::vector<std::vector<Axis>> read_variants(const JsonObject& root, const std::vector<Axis>& axes) {
  const Json* const list = root.find("variants");
  if (list == nullptr) return {{}};
  std::vector<std::vector<Axis>> variants;
  if (!list->is_array() || list->empty())
    root.fail("variants", "is not a list of objects, such as [{}, {\"staging\": \"off\"}]");
  for (std::size_t i = 0; list->is_array() && i < list->size(); ++i) {
    const std::string place = fmt::format("variants[{}]", i);
    std::vector<Axis> variant;
    if (!(*list)[i].is_object()) {
      root.fail(place, (*list)[i].dump() + " is not an object");
      continue;
    }
    for (const auto& [key, value] : (*list)[i].items()) {
      if (value.is_array()) root.fail(place + "." + key, "is one value here; several belong into the grid");
      if (names(axes, key)) root.fail(place + "." + key, "stands in the grid or beside it too");
      add_axis(root, variant, make_axis(key, place + "." + key, value));
    }
    variants.push_back(std::move(variant));
  }
  return variants;
}

// The number of points. Returns nullopt if it is above kSweepConfigsMax.
std::optional<std::size_t> size_of(const std::vector<Axis>& axes, std::size_t variants) {
  std::size_t size = variants;
  for (const Axis& axis : axes) {
    size *= axis.values.size();
    if (size > kSweepConfigsMax) return std::nullopt;
  }
  return size;
}

void apply(RunConfig& config, const Axis& axis, std::size_t index) {
  const Status status = set_from_json(config, axis.key, axis.values[index]);
  DARIS_CHECK(status.ok());  // check_axis() saw it
}

// Counts through the grid, the last axis fastest.
class Grid {
 public:
  Grid(std::vector<Axis> axes, std::vector<std::vector<Axis>> variants, RunConfig defaults)
      : axes_(std::move(axes)), variants_(std::move(variants)), defaults_(std::move(defaults)) {}

  [[nodiscard]] RunConfig config(std::size_t point) const {
    RunConfig config = defaults_;
    for (const Axis& axis : variants_[point % variants_.size()]) apply(config, axis, 0);
    std::size_t rest = point / variants_.size();
    for (std::size_t i = axes_.size(); i-- > 0;) {
      apply(config, axes_[i], rest % axes_[i].values.size());
      rest /= axes_[i].values.size();
    }
    return config;
  }

 private:
  std::vector<Axis> axes_;
  std::vector<std::vector<Axis>> variants_;
  RunConfig defaults_;
};

// Files of a sweep lie beside it. A name that is not there is a bundled one, or a file as the user sees it.
// Looks for each name once.
class Neighbours {
 public:
  explicit Neighbours(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void resolve(std::string& name) {
    if (name.empty()) return;
    const auto [known, fresh] = resolved_.emplace(name, name);
    if (fresh && is_beside(name)) known->second = (folder_ / name).string();
    name = known->second;
  }

 private:
  [[nodiscard]] bool is_beside(const std::string& name) const {
    std::error_code unknown;
    const std::filesystem::file_status beside = std::filesystem::status(folder_ / name, unknown);
    return std::filesystem::exists(beside) && !std::filesystem::is_directory(beside);
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> resolved_;
};

// What a sweep's file says beyond its grid, by the files that are there.
class Completion {
 public:
  explicit Completion(const std::filesystem::path& folder) : neighbours_(folder) {}

  Result<RunConfig> complete(RunConfig config) {
    for (std::string* const name : {&config.task_set, &config.profile, &config.model, &config.power,
                                    &config.releases, &config.schedule, &config.inject, &config.partition}) {
      neighbours_.resolve(*name);
    }
    if (is_policy_file(config.policy)) neighbours_.resolve(config.policy);
    Result<RunConfig> followed = follower_.follow(config);
    return followed.ok() ? followed : followed.error().in("schedule");
  }

 private:
  Neighbours neighbours_;
  LogFollower follower_;
};

}  // namespace

Result<Sweep> parse_sweep(std::string_view text, const std::string& origin, const RunConfig& defaults) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root =
      document.root("daris.sweep", 1,
                    {"schema", "version", "name", "task_sets", "profile", "model", "grid", "variants",
                     "duration_s", "warmup_s", "replications", "seed", "precision"});
  Sweep sweep;
  sweep.name = root.optional_text("name").value_or("");
  const std::vector<Axis> axes = read_axes(root);
  const std::vector<std::vector<Axis>> variants = read_variants(root, axes);
  const std::optional<std::size_t> size = size_of(axes, variants.size());
  if (!size)
    root.fail("grid", fmt::format("has more than {} points, the most of one sweep", kSweepConfigsMax));
  DARIS_TRY(document.status());
  sweep.size = *size;
  const auto grid = std::make_shared<const Grid>(axes, variants, defaults);
  sweep.config = [grid](std::size_t point) -> Result<RunConfig> { return grid->config(point); };
  return sweep;
}

Result<Sweep> read_sweep(const std::filesystem::path& file, const RunConfig& defaults) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  Result<Sweep> sweep = parse_sweep(text, file.string(), defaults);
  if (!sweep.ok()) return sweep;
  auto complete = std::make_shared<Completion>(file.parent_path());
  sweep.value().config = [complete, made = std::move(sweep.value().config)](std::size_t point) {
    return complete->complete(made(point).value());
  };
  return sweep;
}

}  // namespace daris
