#include "workloads/packaged_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "base/host/files.h"
#include "base/json/reader.h"
#include "base/sha256.h"
#include "workloads/task_set_names.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.model";
constexpr std::string_view kManifest = "model.json";
constexpr std::size_t kStagesMax = 1000;
constexpr IntegerRange kBatch = {1, 1024};
constexpr IntegerRange kExtent = {1, 65536};
const JsonKeys kRootKeys = {"name", "input", "precision", "device", "batch", "torch", "stages"};
const JsonKeys kStageKeys = {"name", "package", "sha256"};
constexpr NameTable<bool, 2> kDeviceNames = {{{"cuda", true}, {"cpu", false}}};

// A ModelInfo points to this.
struct Known {
  PackagedModel model;
  std::vector<std::string_view> units;
  std::vector<CatalogStage> stages;
  ModelInfo info;
};

PackagedStage read_stage(const JsonObject& object, const std::filesystem::path& folder) {
  PackagedStage stage{object.text("name"), folder / object.text("package"), object.text("sha256")};
  std::error_code failed;
  if (!std::filesystem::is_regular_file(stage.package, failed))
    object.fail("package",
                "\"" + stage.package.string() + "\" is no file; a package of torch's AOTInductor is needed");
  return stage;
}

// Stages are told apart by their names. So of several equal ones all but the first get a number.
void number_equal_names(std::vector<PackagedStage>& stages) {
  std::set<std::string> taken;
  for (PackagedStage& stage : stages) {
    const std::string name = stage.name;
    for (int number = 2; !taken.insert(stage.name).second; ++number)
      stage.name = fmt::format("{} ({})", name, number);
  }
}

// A package by itself is the model if its folder has no other.
Status check_is_whole(const PackagedModel& model, const std::filesystem::path& package) {
  std::error_code failed;
  const auto is_named = [&](const PackagedStage& stage) {
    return std::filesystem::equivalent(stage.package, package, failed);
  };
  if (std::none_of(model.stages.begin(), model.stages.end(), is_named))
    return Error{fmt::format("{}: is no package of the {} beside it", package.string(), kManifest)};
  if (model.stages.size() == 1) return {};
  return Error{fmt::format("{}: is one of {} packages that are one model together; name their folder",
                           package.string(), model.stages.size())};
}

// `name` is the folder, or the file that is its only package.
Result<PackagedModel> read_manifest(const std::string& name) {
  std::error_code failed;
  const bool is_package = std::filesystem::is_regular_file(name, failed);
  std::filesystem::path folder = name;
  if (is_package) folder = folder.parent_path();
  const Result<std::string> text = read_text_file(folder / kManifest);
  if (!text.ok()) return text.error().with("; workloads/export/export_stages.py makes such folders");
  DARIS_TRY_ASSIGN(PackagedModel model, parse_manifest(text.value(), folder));
  model.name = name;
  DARIS_TRY(is_package ? check_is_whole(model, name) : Status());
  return model;
}

std::unique_ptr<Known> describe(PackagedModel model) {
  auto known = std::make_unique<Known>();
  known->model = std::move(model);
  for (const PackagedStage& stage : known->model.stages) {
    known->units.emplace_back(stage.name);
    known->stages.push_back({stage.name, stage.name});
  }
  ModelInfo& info = known->info;
  info.name = known->model.name;
  info.summary = "packages of one's own";
  info.input = known->model.input;
  info.units = known->units;
  info.default_stages = known->stages;
  info.packages = &known->model;
  return known;
}

}  // namespace

Result<PackagedModel> parse_manifest(const std::string& text, const std::filesystem::path& folder) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, (folder / kManifest).string()));
  const JsonObject root = document.root(kSchema, 1, kRootKeys);
  PackagedModel model;
  model.name = folder.string();
  static_cast<void>(root.text("name"));
  static_cast<void>(root.text("torch"));
  const std::vector<std::int64_t> extents = root.integers("input", {3, 3}, kExtent);
  if (extents.size() == 3) {
    model.input = {static_cast<std::uint32_t>(extents[0]), static_cast<std::uint32_t>(extents[1]),
                   static_cast<std::uint32_t>(extents[2])};
  }
  model.precision = root.choice("precision", kPrecisionNames);
  model.on_gpu = root.choice("device", kDeviceNames);
  model.batch = static_cast<std::uint32_t>(root.integer("batch", kBatch));
  for (const JsonObject& object : root.objects("stages", {1, kStagesMax}, kStageKeys))
    model.stages.push_back(read_stage(object, folder));
  number_equal_names(model.stages);
  model.manifest = text;
  DARIS_TRY(document.status());
  return model;
}

bool names_packaged_model(std::string_view name) { return name.find('/') != std::string_view::npos; }

Result<const ModelInfo*> find_packaged_model(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Known>> all;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Known>& known = all[name];
  if (known == nullptr) {
    DARIS_TRY_ASSIGN(PackagedModel model, read_manifest(name));
    known = describe(std::move(model));
  }
  return &known->info;
}

std::string profiled_name(std::string_view model) {
  constexpr std::size_t kDigits = 12;
  std::string name(model);
  if (!names_packaged_model(model)) return name;
  const Result<const ModelInfo*> known = find_packaged_model(name);
  if (!known.ok()) return name;
  const PackagedModel& packaged = *known.value()->packages;
  const std::filesystem::path folder = packaged.stages.front().package.parent_path();
  return fmt::format("{}@{}", folder.filename().string(), sha256_hex(packaged.manifest).substr(0, kDigits));
}

Status check_packages(const PackagedModel& model) {
  static std::mutex mutex;
  static std::map<std::string, std::string> known;  // hashes by file
  const std::lock_guard lock(mutex);
  for (const PackagedStage& stage : model.stages) {
    const std::string file = stage.package.string();
    if (!known.contains(file)) {
      DARIS_TRY_ASSIGN(known[file], file_sha256(stage.package));
    }
    if (known.at(file) == stage.sha256) continue;
    return Error{fmt::format(
        "\"{}\" is not the package that {} describes: its SHA-256 is {}, and {} is needed; export "
        "the model anew, or copy all of its folder",
        file, kManifest, known.at(file), stage.sha256)};
  }
  return {};
}

}  // namespace daris
