// From a profile document to a Profile; profiles/profile_writer.cpp is the inverse.
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/host/files.h"
#include "base/json/reader.h"
#include "profiles/backend_names.h"
#include "profiles/profile_json.h"
#include "workloads/task_set_names.h"

namespace daris {
namespace {

constexpr std::int64_t kInt32Max = 0x7fffffff;
constexpr std::int64_t kUint32Max = 0xffffffff;

constexpr IntegerRange kSms = {1, 4096};
constexpr IntegerRange kGroups = {0, 4096};
constexpr IntegerRange kPercentage = {1, 100};
constexpr IntegerRange kBatch = {1, 65536};
constexpr IntegerRange kShape = {1, 1024};  // contexts, streams
constexpr IntegerRange kBytes = {0, std::int64_t{1} << 50};
constexpr IntegerRange kCount32 = {0, kUint32Max};
constexpr IntegerRange kClockMhz = {0, 100'000};
constexpr IntegerRange kDuration = {0, std::int64_t{1} << 50};
constexpr IntegerRange kStageNs = {1, kInt32Max};
// An empty graph may end sooner than the GPU's clock shows.
constexpr IntegerRange kLaunchNs = {0, kInt32Max};
constexpr IntegerRange kQueues = {1, kAllHardwareQueues};
constexpr NumberRange kOversubscription = {1, 1024};
constexpr NumberRange kRate = {0, 1e12, true};

constexpr CountRange kSampleCount = {1, 100'000};
constexpr CountRange kStageCount = {1, 256};
constexpr CountRange kUnitCount = {1, 10'000};
constexpr CountRange kKernelCount = {0, 100'000};
constexpr CountRange kListCount = {0, 100'000};

const JsonKeys kRootKeys = {"name",   "gpu",        "command",     "date_utc",     "versions",
                            "models", "neighbours", "saturations", "launch_costs", "conditions"};
const JsonKeys kConditionKeys = {"algorithms", "hardware_queues"};
const JsonKeys kGpuKeys = {
    "name",         "compute_capability", "driver",          "sms",          "group_sms", "groups",
    "memory_bytes", "l2_bytes",           "clock_mhz_start", "clock_mhz_end"};
const JsonKeys kVersionKeys = {"cuda", "cudnn", "libtorch", "cupti"};
const JsonKeys kModelKeys = {"model", "precision", "stages", "weight_bytes", "batches"};
const JsonKeys kStageKeys = {"name", "units"};
const JsonKeys kBatchKeys = {"batch", "times", "cold_stages_ns", "kernels", "traffic"};
const JsonKeys kTimesKeys = {"mechanism", "sms", "mps_percentage", "stages_ns", "whole_ns"};
const JsonKeys kKernelKeys = {"name",       "grid", "block", "registers_per_thread", "shared_memory_bytes",
                              "duration_ns"};
const JsonKeys kTrafficKeys = {"dram_read_bytes", "dram_write_bytes", "l2_bytes"};
const JsonKeys kNeighbourKeys = {
    "model",           "precision", "batch",    "neighbour_model", "neighbour_precision",
    "neighbour_batch", "mechanism", "contexts", "streams",         "oversubscription",
    "stages_ns"};
const JsonKeys kSaturationKeys = {"model",     "precision", "batch",   "weights",          "staged",
                                  "mechanism", "contexts",  "streams", "oversubscription", "sms",
                                  "jobs_per_s"};
const JsonKeys kLaunchKeys = {"mechanism", "launch_call_ns", "launch_to_noticed_ns", "empty_graph_alone_ns"};

// Refuses a second entry of a list that is like an earlier one.
template <typename Key>
class Unique {
 public:
  void add(const JsonObject& object, Key key) {
    if (!keys_.insert(std::move(key)).second)
      object.fail({}, "stands twice in the list; each may stand there once");
  }

 private:
  std::set<Key> keys_;
};

std::uint32_t unsigned_at(const JsonObject& object, std::string_view key, const IntegerRange& range) {
  return static_cast<std::uint32_t>(object.integer(key, range));
}

std::int32_t signed_at(const JsonObject& object, std::string_view key, const IntegerRange& range) {
  return static_cast<std::int32_t>(object.integer(key, range));
}

// Reads all of a shape but the SMs, which not every entry has.
Shape shape_at(const JsonObject& object) {
  Shape shape;
  shape.backend = object.choice("mechanism", kBackendNames);
  shape.contexts = unsigned_at(object, "contexts", kShape);
  shape.streams = unsigned_at(object, "streams", kShape);
  shape.oversubscription_milli =
      static_cast<std::uint32_t>(object.number("oversubscription", kOversubscription) * 1000 + 0.5);
  return shape;
}

Samples to_samples(const std::vector<std::int64_t>& numbers) {
  Samples samples;
  samples.ns.reserve(numbers.size());
  for (const std::int64_t number : numbers) samples.ns.push_back(static_cast<std::int32_t>(number));
  return samples;
}

Samples samples_at(const JsonObject& object, std::string_view key, const IntegerRange& range) {
  return to_samples(object.integers(key, kSampleCount, range));
}

std::vector<Samples> stage_samples_at(const JsonObject& object, std::string_view key, CountRange stages) {
  std::vector<Samples> rows;
  for (const std::vector<std::int64_t>& row : object.integer_rows(key, stages, kSampleCount, kStageNs))
    rows.push_back(to_samples(row));
  return rows;
}

class ProfileReader {
 public:
  explicit ProfileReader(JsonDocument& document) : document_(document) {}

  Profile read() {
    const JsonObject root = document_.root("daris.profile", 1, kRootKeys);
    Profile profile;
    profile.name = root.text("name");
    profile.gpu = read_gpu(root.object("gpu", kGpuKeys));
    sms_.max = profile.gpu.sms;
    profile.command = root.text("command");
    profile.date_utc = root.text("date_utc");
    const JsonObject versions = root.object("versions", kVersionKeys);
    profile.cuda = versions.text("cuda");
    profile.cudnn = versions.text("cudnn");
    profile.libtorch = versions.text("libtorch");
    profile.cupti = versions.text("cupti");
    if (const auto conditions = root.optional_object("conditions", kConditionKeys))
      profile.conditions = read_conditions(*conditions);
    profile.models = read_models(root);
    profile.neighbours = read_neighbours(root);
    profile.saturations = read_saturations(root);
    profile.launch_costs = read_launch_costs(root);
    return profile;
  }

 private:
  static ProfilingConditions read_conditions(const JsonObject& object) {
    ProfilingConditions conditions;
    conditions.algorithms = object.choice("algorithms", kAlgorithmsOfNames);
    conditions.hardware_queues = unsigned_at(object, "hardware_queues", kQueues);
    return conditions;
  }

  static GpuDescription read_gpu(const JsonObject& object) {
    GpuDescription gpu;
    gpu.name = object.text("name");
    gpu.compute_capability = object.text("compute_capability");
    gpu.driver = object.text("driver");
    gpu.sms = unsigned_at(object, "sms", kSms);
    gpu.group_sms = unsigned_at(object, "group_sms", kGroups);
    gpu.groups = unsigned_at(object, "groups", kGroups);
    gpu.memory_bytes = object.integer("memory_bytes", kBytes);
    gpu.l2_bytes = object.integer("l2_bytes", kBytes);
    gpu.clock_mhz_start = signed_at(object, "clock_mhz_start", kClockMhz);
    gpu.clock_mhz_end = signed_at(object, "clock_mhz_end", kClockMhz);
    if (gpu.group_sms * gpu.groups > gpu.sms)
      object.fail("groups", fmt::format("{} groups of {} SMs are out of range; at most {} SMs are needed",
                                        gpu.groups, gpu.group_sms, gpu.sms));
    return gpu;
  }

  std::vector<ModelProfile> read_models(const JsonObject& root) const {
    std::vector<ModelProfile> models;
    Unique<std::tuple<std::string, Precision>> unique;
    for (const JsonObject& object : root.objects("models", kListCount, kModelKeys)) {
      ModelProfile model;
      model.model = object.text("model");
      model.precision = object.choice("precision", kPrecisionNames);
      unique.add(object, {model.model, model.precision});
      for (const JsonObject& stage : object.objects("stages", kStageCount, kStageKeys))
        model.stages.push_back({stage.text("name"), stage.texts("units", kUnitCount)});
      model.weight_bytes = object.integer("weight_bytes", kBytes);
      Unique<std::uint32_t> unique_batch;
      for (const JsonObject& batch : object.objects("batches", kListCount, kBatchKeys)) {
        model.batches.push_back(read_batch(batch, {model.stages.size(), model.stages.size()}));
        unique_batch.add(batch, model.batches.back().batch);
      }
      models.push_back(std::move(model));
    }
    return models;
  }

  BatchProfile read_batch(const JsonObject& object, CountRange stages) const {
    BatchProfile batch;
    batch.batch = unsigned_at(object, "batch", kBatch);
    Unique<std::tuple<Backend, std::uint32_t, std::uint32_t>> unique;
    for (const JsonObject& times : object.objects("times", kListCount, kTimesKeys)) {
      batch.times.push_back(read_times(times, stages));
      const TimesAlone& last = batch.times.back();
      unique.add(times, {last.backend, last.sms, last.mps_percentage.value_or(0)});
    }
    if (object.has("cold_stages_ns")) batch.cold_stages = stage_samples_at(object, "cold_stages_ns", stages);
    if (object.has("kernels")) batch.kernels = read_kernels(object, stages);
    if (object.has("traffic")) {
      batch.traffic.emplace();
      for (const JsonObject& traffic : object.objects("traffic", stages, kTrafficKeys))
        batch.traffic->push_back({traffic.integer("dram_read_bytes", kBytes),
                                  traffic.integer("dram_write_bytes", kBytes),
                                  traffic.integer("l2_bytes", kBytes)});
    }
    return batch;
  }

  TimesAlone read_times(const JsonObject& object, CountRange stages) const {
    TimesAlone times;
    times.backend = object.choice("mechanism", kBackendNames);
    times.sms = unsigned_at(object, "sms", sms_);
    if (const auto percentage = object.optional_integer("mps_percentage", kPercentage))
      times.mps_percentage = static_cast<std::uint32_t>(*percentage);
    if (times.mps_percentage.has_value() != (times.backend == Backend::kMps))
      object.fail("mps_percentage", times.mps_percentage
                                        ? "belongs to mechanism \"mps\" alone; null is needed"
                                        : "is missing, which mechanism \"mps\" needs");
    times.stages = stage_samples_at(object, "stages_ns", stages);
    times.whole = samples_at(object, "whole_ns", kStageNs);
    return times;
  }

  static std::vector<std::vector<KernelRecord>> read_kernels(const JsonObject& object, CountRange stages) {
    std::vector<std::vector<KernelRecord>> table;
    for (const std::vector<JsonObject>& row :
         object.object_rows("kernels", stages, kKernelCount, kKernelKeys)) {
      std::vector<KernelRecord>& kernels = table.emplace_back();
      for (const JsonObject& kernel : row) kernels.push_back(read_kernel(kernel));
    }
    return table;
  }

  static KernelRecord read_kernel(const JsonObject& object) {
    KernelRecord kernel;
    kernel.name = object.text("name");
    read_dimensions(object, "grid", kernel.grid);
    read_dimensions(object, "block", kernel.block);
    kernel.registers_per_thread = unsigned_at(object, "registers_per_thread", kCount32);
    kernel.shared_memory_bytes = unsigned_at(object, "shared_memory_bytes", kCount32);
    kernel.duration_ns = object.integer("duration_ns", kDuration);
    return kernel;
  }

  static void read_dimensions(const JsonObject& object, std::string_view key,
                              std::uint32_t (&dimensions)[3]) {
    std::size_t axis = 0;
    for (const std::int64_t size : object.integers(key, {3, 3}, {1, kUint32Max}))
      dimensions[axis++] = static_cast<std::uint32_t>(size);
  }

  static std::vector<NeighbourTime> read_neighbours(const JsonObject& root) {
    std::vector<NeighbourTime> neighbours;
    for (const JsonObject& object : root.objects("neighbours", kListCount, kNeighbourKeys)) {
      NeighbourTime time;
      time.model = object.text("model");
      time.precision = object.choice("precision", kPrecisionNames);
      time.batch = unsigned_at(object, "batch", kBatch);
      time.neighbour_model = object.text("neighbour_model");
      time.neighbour_precision = object.choice("neighbour_precision", kPrecisionNames);
      time.neighbour_batch = unsigned_at(object, "neighbour_batch", kBatch);
      time.shape = shape_at(object);
      time.stages = stage_samples_at(object, "stages_ns", kStageCount);
      neighbours.push_back(std::move(time));
    }
    return neighbours;
  }

  std::vector<Saturation> read_saturations(const JsonObject& root) const {
    std::vector<Saturation> saturations;
    for (const JsonObject& object : root.objects("saturations", kListCount, kSaturationKeys)) {
      Saturation saturation;
      saturation.model = object.text("model");
      saturation.precision = object.choice("precision", kPrecisionNames);
      saturation.batch = unsigned_at(object, "batch", kBatch);
      saturation.weights = object.choice("weights", kWeightsNames);
      saturation.staged = object.boolean("staged");
      saturation.shape = shape_at(object);
      saturation.shape.sms = unsigned_at(object, "sms", sms_);
      saturation.jobs_per_s = object.number("jobs_per_s", kRate);
      saturations.push_back(std::move(saturation));
    }
    return saturations;
  }

  static std::vector<LaunchCosts> read_launch_costs(const JsonObject& root) {
    std::vector<LaunchCosts> list;
    Unique<Backend> unique;
    for (const JsonObject& object : root.objects("launch_costs", kListCount, kLaunchKeys)) {
      LaunchCosts costs;
      costs.backend = object.choice("mechanism", kBackendNames);
      unique.add(object, costs.backend);
      costs.launch_call = samples_at(object, "launch_call_ns", kLaunchNs);
      costs.launch_to_noticed = samples_at(object, "launch_to_noticed_ns", kLaunchNs);
      costs.empty_graph_alone = samples_at(object, "empty_graph_alone_ns", kLaunchNs);
      list.push_back(std::move(costs));
    }
    return list;
  }

  JsonDocument& document_;
  IntegerRange sms_ = kSms;  // at most the GPU's
};

}  // namespace

Result<Profile> parse_profile(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  Profile profile = ProfileReader(document).read();
  DARIS_TRY(document.status());
  return profile;
}

Result<Profile> read_profile(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_profile(text, file.string());
}

}  // namespace daris
