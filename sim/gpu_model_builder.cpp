#include "sim/gpu_model_builder.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "profiles/stage_times.h"
#include "sim/geometry.h"
#include "sim/stage_footprint.h"
#include "workloads/arrivals/portable_math.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

// A work class is made from these.
struct ClassKey {
  std::string_view model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
  friend bool operator==(const ClassKey&, const ClassKey&) = default;
};

const ModelProfile* find_model(const Profile& profile, std::string_view named, Precision precision) {
  const std::string name = profiled_name(named);
  for (const ModelProfile& model : profile.models) {
    if (model.model == name && model.precision == precision) return &model;
  }
  return nullptr;
}

const BatchProfile* find_batch(const ModelProfile& model, std::uint32_t size) {
  for (const BatchProfile& batch : model.batches) {
    if (batch.batch == size) return &batch;
  }
  return nullptr;
}

double to_power(double value, double exponent) {
  return exponent == 1 ? value : portable_exp(exponent * portable_log(value));
}

Duration to_duration(double ns) { return Duration::from_ns(static_cast<std::int64_t>(ns + 0.5)); }

double packed_sm_time(const StageCurve& curve) {
  double least = std::numeric_limits<double>::max();
  for (const StageCurve::Point& point : curve.points()) least = std::min(least, point.median_ns * point.sms);
  return least;
}

// Queues by slot, as one process deals them out: stream after stream, from the first queue again after the
// last. A client of MPS is a process of its own. Empty if no two slots share a queue.
std::vector<std::uint32_t> queues_of_slots(Backend backend, std::uint32_t contexts, std::uint32_t streams,
                                           std::uint32_t queues) {
  const std::uint32_t slots_of_process = backend == Backend::kMps ? streams : contexts * streams;
  std::vector<std::uint32_t> queue_of_slot;
  if (slots_of_process <= queues) return queue_of_slot;
  for (std::uint32_t slot = 0; slot < contexts * streams; ++slot) {
    queue_of_slot.push_back(slot / slots_of_process * queues + slot % slots_of_process % queues);
  }
  return queue_of_slot;
}

// Levels that the hardware tells apart. Streams have priorities, as far as CUDA's reach
// (runtime/gpu/launcher_setup.cpp gives them out).
std::uint32_t ordered_levels(const GpuModelRequest& request, const BackendContention& contention) {
  constexpr std::uint32_t kStreamPriorities = 6;
  if (request.shape.backend != Backend::kStreams || contention.priority.value <= 1) return 1;
  std::uint32_t levels = 1;
  for (const TaskGroup& group : request.workload->set.groups) levels = std::max(levels, group.priority + 1);
  return std::min(levels, kStreamPriorities);
}

// Demands behind all others would be lost in kDemandQuantum if they were smaller.
constexpr double kBehindMost = 1024;

std::string describe(const ClassKey& key) {
  return fmt::format("model {}, precision {}, batch {}", key.model, to_text(key.precision), key.batch);
}

// A cost whose demand is not yet weighed against those of the other classes.
struct Unweighed {
  StageCost cost;
  double kernel_ns = 0;  // mean length of its kernels; 0 if they were not counted
};

// One build. It keeps what all classes need.
class GpuModelBuilder {
 public:
  explicit GpuModelBuilder(const GpuModelRequest& request) : request_(request) {}

  Result<BuiltGpuModel> build();

 private:
  Status resolve_contention();
  [[nodiscard]] bool weights_exceed_cache() const;
  Status add_tasks();
  Status add_batch_classes();
  Status add_merged_classes();
  Result<std::uint32_t> class_of(const ClassKey& key);
  [[nodiscard]] Status check_range(const ClassKey& key, const StageCurve& curve) const;
  void add_class(const ClassKey& key, const std::vector<StageCurve>& curves);
  [[nodiscard]] std::vector<StageCurve> client_curves(const ClassKey& key) const;
  [[nodiscard]] std::vector<double> cold_extra_ns(const ClassKey& key, const ModelProfile& model,
                                                  const std::vector<StageCurve>& curves) const;
  [[nodiscard]] StageCost cost(const StageCurve& curve, double gain, double extra_ns,
                               const StageFootprint& footprint, std::uint32_t sms) const;
  [[nodiscard]] double gap_ns(const StageFootprint& footprint, bool copies_inputs) const;
  [[nodiscard]] Duration host_launch(const StageFootprint& footprint) const;
  [[nodiscard]] double behind_others(std::uint32_t level, std::size_t context) const;
  void weigh_and_add_classes();

  const GpuModelRequest& request_;
  BuiltGpuModel built_;
  BackendContention contention_;
  bool own_weights_are_cold_ = false;
  std::uint32_t levels_ = 1;                     // that the hardware tells apart: a class for each
  std::vector<ClassKey> keys_;                   // of the classes of all levels
  std::vector<std::vector<Unweighed>> classes_;  // by key: [stage * contexts + context]
};

Result<BuiltGpuModel> GpuModelBuilder::build() {
  DARIS_CHECK(!request_.grants.empty() && request_.grants.size() == request_.shape.contexts &&
              request_.shape.streams >= 1);
  if (const Status status = resolve_contention(); !status.ok()) return status.error();
  GpuModel& gpu = built_.gpu;
  gpu.contexts = request_.shape.contexts;
  gpu.streams = request_.shape.streams;
  gpu.context_levels = request_.context_levels;
  gpu.geometry = make_geometry(request_.machine, request_.shape.backend, request_.grants);
  gpu.queue_of_slot = queues_of_slots(request_.shape.backend, gpu.contexts, gpu.streams,
                                      static_cast<std::uint32_t>(contention_.hardware_queues.value));
  gpu.memory_latency = contention_.latency.value;
  gpu.crossing = contention_.crossing.value;
  if (request_.choose_algorithms) gpu.host_event = to_duration(contention_.host_event_ns.value);
  own_weights_are_cold_ = weights_exceed_cache();
  levels_ = ordered_levels(request_, contention_);
  if (const Status status = add_tasks(); !status.ok()) return status.error();
  if (request_.batch_classes) {
    DARIS_TRY(request_.merging != nullptr ? add_merged_classes() : add_batch_classes());
  }
  weigh_and_add_classes();
  return std::move(built_);
}

Status GpuModelBuilder::resolve_contention() {
  if (request_.shape.backend == Backend::kCpu) {
    return Error{"backend cpu: the simulator models a GPU; use green, mps or streams"};
  }
  const std::optional<BackendContention>& contention = request_.contention->of(request_.shape.backend);
  if (!contention) {
    return Error{
        fmt::format("contention model {}: has no parameters for backend {}; fit them with daris calibrate",
                    request_.contention->name, to_text(request_.shape.backend))};
  }
  contention_ = *contention;
  return {};
}

bool GpuModelBuilder::weights_exceed_cache() const {
  double bytes = 0;
  for (const TaskGroup& group : request_.workload->set.groups) {
    if (group.weights != Weights::kOwn) continue;
    const ModelProfile* const model = find_model(*request_.profile, group.model, group.precision);
    if (model != nullptr) bytes += static_cast<double>(model->weight_bytes) * group.count;
  }
  return bytes > static_cast<double>(request_.profile->gpu.l2_bytes);
}

Status GpuModelBuilder::add_tasks() {
  const Workload& workload = *request_.workload;
  std::vector<std::uint32_t> class_of_group;
  for (const TaskGroup& group : workload.set.groups) {
    const Result<std::uint32_t> work_class =
        class_of({group.model, group.precision, group.batch, group.weights});
    if (!work_class.ok()) {
      return work_class.error().in(fmt::format("task set {}, group {}", workload.set.name, group.name));
    }
    class_of_group.push_back(work_class.value());
  }
  for (const Task& task : workload.tasks) {
    const std::uint32_t level = workload.set.groups[task.group].priority;
    const std::uint32_t behind = std::min(level, levels_ - 1);
    built_.gpu.task_class.push_back(class_of_group[task.group] + behind);
    if (levels_ > 1) built_.gpu.task_behind.push_back(behind);
    built_.gpu.task_inputs.push_back(workload.set.groups[task.group].batch);
    built_.gpu.task_level.push_back(level);
  }
  return {};
}

// A group of equal weights may run in every size that was profiled for its model.
Status GpuModelBuilder::add_batch_classes() {
  const Workload& workload = *request_.workload;
  for (const Task& task : workload.tasks) {
    built_.gpu.task_batch_group.push_back(task.weights_id);
    if (task.weights_id >= built_.gpu.batch_classes.size())
      built_.gpu.batch_classes.resize(task.weights_id + 1);
    std::vector<GpuModel::BatchClass>& classes = built_.gpu.batch_classes[task.weights_id];
    if (!classes.empty()) continue;
    const TaskGroup& group = workload.set.groups[task.group];
    std::set<std::uint32_t> sizes;
    if (const ModelProfile* model = find_model(*request_.profile, group.model, group.precision)) {
      for (const BatchProfile& batch : model->batches) sizes.insert(batch.batch);
    }
    for (const std::uint32_t size : sizes) {
      const Result<std::uint32_t> work_class = class_of({group.model, group.precision, size, group.weights});
      if (!work_class.ok()) return work_class.error();
      classes.push_back({size, work_class.value()});
    }
  }
  return {};
}

Status GpuModelBuilder::add_merged_classes() {
  built_.gpu.task_batch_group = request_.merging->group_of_task;
  for (const MergeGroup& group : request_.merging->groups) {
    const ModelInfo& network = *group.network;
    const ClassKey key{network.name, group.precision, network.members, Weights::kOwn};
    const Result<std::uint32_t> work_class = class_of(key);
    if (!work_class.ok() && has_times(*request_.profile, network.name, group.precision, network.members))
      return work_class.error();
    if (!work_class.ok())
      return work_class.error().with(
          fmt::format("; measure it by `daris profile --models {} --batches {} --what times`", network.name,
                      network.members));
    built_.gpu.batch_classes.push_back({{network.members, work_class.value()}});
  }
  return {};
}

Result<std::uint32_t> GpuModelBuilder::class_of(const ClassKey& key) {
  const auto known = std::find(keys_.begin(), keys_.end(), key);
  if (known != keys_.end()) return static_cast<std::uint32_t>(known - keys_.begin()) * levels_;
  const Result<ModelCurves> curves =
      model_curves(*request_.profile, request_.shape.backend, key.model, key.precision, key.batch);
  if (!curves.ok()) return curves.error();
  const std::vector<StageCurve> parts =
      request_.staged ? curves.value().stages : std::vector<StageCurve>{curves.value().whole};
  for (const StageCurve& curve : parts) {
    if (const Status status = check_range(key, curve); !status.ok()) return status.error();
  }
  add_class(key, parts);
  keys_.push_back(key);
  return static_cast<std::uint32_t>(keys_.size() - 1) * levels_;
}

Status GpuModelBuilder::check_range(const ClassKey& key, const StageCurve& curve) const {
  for (std::size_t context = 0; context < request_.grants.size(); ++context) {
    const std::uint32_t sms = request_.grants[context].granted_sms;
    if (sms >= curve.sms_min() && sms <= curve.sms_max()) continue;
    return Error{
        fmt::format("profile {}, {}: context {} is granted {} SMs, outside the profiled range of {} to {}",
                    request_.profile->name, describe(key), context, sms, curve.sms_min(), curve.sms_max())};
  }
  return {};
}

void GpuModelBuilder::add_class(const ClassKey& key, const std::vector<StageCurve>& curves) {
  const ModelProfile* const model = find_model(*request_.profile, key.model, key.precision);
  DARIS_CHECK(model != nullptr);
  const std::vector<double> extra_ns = cold_extra_ns(key, *model, curves);
  const std::vector<StageFootprint> footprints = stage_footprints(*model, key.batch, request_.staged);
  const std::vector<StageCurve> clients = client_curves(key);
  std::vector<Unweighed> costs;
  for (std::size_t stage = 0; stage < curves.size(); ++stage) {
    for (const ContextGrant& grant : request_.grants) {
      const std::uint32_t sms = grant.granted_sms;
      const double gain = clients.empty() ? 1 : algorithm_gain(curves[stage], clients[stage], sms);
      StageCost one = cost(curves[stage], gain, extra_ns[stage], footprints[stage], sms);
      one.gap_ns = gap_ns(footprints[stage], stage == 0);
      one.host = host_launch(footprints[stage]);
      const double kernels = footprints[stage].kernels;
      costs.push_back({one, kernels > 0 ? one.alone_ns / kernels : 0});
    }
  }
  for (const ContextGrant& grant : request_.grants) {
    if (!curves.front().profiled_at(grant.granted_sms)) ++built_.interpolated;
  }
  classes_.push_back(std::move(costs));
}

// Times of MPS clients, if they tell what choosing algorithms saves here; else empty.
std::vector<StageCurve> GpuModelBuilder::client_curves(const ClassKey& key) const {
  if (!request_.choose_algorithms || request_.shape.backend != Backend::kGreen) return {};
  if (request_.profile->conditions.algorithms == AlgorithmsOf::kPartition) return {};
  const std::optional<ModelCurves> curves =
      own_curves(*request_.profile, Backend::kMps, key.model, key.precision, key.batch);
  if (!curves) return {};
  return request_.staged ? curves->stages : std::vector<StageCurve>{curves->whole};
}

// The factor of a weight: what others get more that the hardware puts before it.
double GpuModelBuilder::behind_others(std::uint32_t level, std::size_t context) const {
  const std::vector<bool>& urgent = request_.urgent_contexts;
  const bool behind = contention_.priority.value > 1 && !urgent.empty() && !urgent[context];
  double factor = 1;
  for (std::uint32_t steps = level + (behind ? 1 : 0); steps > 0; --steps)
    factor /= contention_.priority.value;
  return std::max(factor, 1 / kBehindMost);
}

// Weights are relative to the longest kernels of all, so that none is above 1.
void GpuModelBuilder::weigh_and_add_classes() {
  double longest_ns = 0;
  for (const std::vector<Unweighed>& costs : classes_) {
    for (const Unweighed& one : costs) longest_ns = std::max(longest_ns, one.kernel_ns);
  }
  const auto weighed = [&](const Unweighed& one, double factor) {
    const double ratio = one.kernel_ns > 0 ? one.kernel_ns / longest_ns : 1.0;
    const double weight = portable_exp(contention_.turns.value * portable_log(ratio)) * factor;
    StageCost cost = one.cost;
    cost.sm_demand = to_quantum(one.cost.sm_demand * weight, kDemandQuantum);
    cost.give_way = 1 / (weight * weight);
    return cost;
  };
  for (const std::vector<Unweighed>& costs : classes_) {
    for (std::uint32_t level = 0; level < levels_; ++level) {
      std::vector<StageCost> of_level;
      for (std::size_t i = 0; i < costs.size(); ++i)
        of_level.push_back(weighed(costs[i], behind_others(level, i % built_.gpu.contexts)));
      built_.gpu.add_class(std::move(of_level));
    }
  }
}

// Cold stages were measured on all SMs. What they took longer there is the time to fetch weights, which fewer
// SMs do not make longer.
std::vector<double> GpuModelBuilder::cold_extra_ns(const ClassKey& key, const ModelProfile& model,
                                                   const std::vector<StageCurve>& curves) const {
  std::vector<double> extra_ns(curves.size(), 0.0);
  const BatchProfile* const batch = find_batch(model, key.batch);
  DARIS_CHECK(batch != nullptr);
  if (key.weights != Weights::kOwn || !own_weights_are_cold_ || !batch->cold_stages) return extra_ns;
  double cold_ns = 0;
  for (std::size_t stage = 0; stage < batch->cold_stages->size(); ++stage) {
    const double stage_ns = median_ns((*batch->cold_stages)[stage]);
    cold_ns += stage_ns;
    if (request_.staged) extra_ns[stage] = std::max(0.0, stage_ns - curves[stage].points().back().median_ns);
  }
  if (!request_.staged) extra_ns[0] = std::max(0.0, cold_ns - curves[0].points().back().median_ns);
  return extra_ns;
}

StageCost GpuModelBuilder::cost(const StageCurve& curve, double gain, double extra_ns,
                                const StageFootprint& footprint, std::uint32_t sms) const {
  const double profiled_ns = curve.time_ns(sms);
  const double warm_ns = profiled_ns * gain;
  const double busy =
      to_power(std::min(1.0, packed_sm_time(curve) / (profiled_ns * sms)), 1 - contention_.spread.value);
  StageCost cost;
  cost.alone_ns = warm_ns + extra_ns;
  cost.sm_demand = contention_.fill.value * busy * warm_ns / cost.alone_ns;
  const double bytes_per_ns = footprint.l2_bytes / cost.alone_ns;
  cost.cache_demand = to_quantum(bytes_per_ns / contention_.cache_gb_per_s.value, kDemandQuantum);
  cost.handover = footprint.kernels * contention_.handover_ns.value / cost.alone_ns;
  return cost;
}

// The profile's closed loops have nothing of a live launch's.
double GpuModelBuilder::gap_ns(const StageFootprint& footprint, bool copies_inputs) const {
  if (!request_.choose_algorithms) return 0;
  return contention_.launch_ns.value + contention_.kernel_launch_ns.value * footprint.kernels +
         (copies_inputs ? contention_.input_ns.value : 0);
}

Duration GpuModelBuilder::host_launch(const StageFootprint& footprint) const {
  if (!request_.choose_algorithms) return {};
  return to_duration(contention_.host_launch_ns.value + contention_.host_kernel_ns.value * footprint.kernels);
}

}  // namespace

Result<BuiltGpuModel> build_gpu_model(const GpuModelRequest& request) {
  return GpuModelBuilder(request).build();
}

HostLatencies host_latencies(const Profile& profile, Backend backend) {
  HostLatencies latencies;
  if (profile.launch_costs.empty()) return latencies;
  const auto measured = std::find_if(profile.launch_costs.begin(), profile.launch_costs.end(),
                                     [&](const LaunchCosts& costs) { return costs.backend == backend; });
  const LaunchCosts& costs =
      measured != profile.launch_costs.end() ? *measured : profile.launch_costs.front();
  const double launch_ns = median_ns(costs.launch_call);
  const double notice_ns =
      median_ns(costs.launch_to_noticed) - launch_ns - median_ns(costs.empty_graph_alone);
  latencies.launch = Duration::from_ns(static_cast<std::int64_t>(launch_ns));
  latencies.notice = Duration::from_ns(static_cast<std::int64_t>(std::max(0.0, notice_ns)));
  return latencies;
}

}  // namespace daris
