#include "experiment/live/live_batch_limit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "workloads/model_catalog.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

constexpr std::uint32_t kTriedMax = 32;  // the largest size of the bundled profile

// A model in one precision. Its batches take equally long with any weights.
struct Network {
  TaskGroup batch;              // one job of it is a batch
  std::uint32_t job_least = 0;  // inputs
  std::uint32_t job_largest = 0;
  Duration deadline;              // the longest of its tasks
  std::set<std::uint32_t> sizes;  // to be measured
  std::vector<std::uint32_t> measured;
  std::vector<LaunchTime> times;  // by index in `measured`
};

struct Networks {
  std::vector<Network> all;
  std::vector<std::size_t> of_group;
};

std::set<std::uint32_t> sizes_to_try(const Network& network, const std::set<std::uint32_t>& jobs,
                                     std::uint32_t largest) {
  std::set<std::uint32_t> sizes = jobs;
  if (network.job_least > largest) return sizes;
  for (const std::uint32_t size : measured_batches(network.job_least, largest)) sizes.insert(size);
  return sizes;
}

Networks networks_of(const TaskSet& set) {
  Networks networks;
  std::vector<std::set<std::uint32_t>> jobs;
  for (const TaskGroup& group : set.groups) {
    const auto known = std::find_if(networks.all.begin(), networks.all.end(), [&](const Network& one) {
      return one.batch.model == group.model && one.batch.precision == group.precision;
    });
    const auto index = static_cast<std::size_t>(known - networks.all.begin());
    networks.of_group.push_back(index);
    if (known == networks.all.end()) {
      Network& fresh = networks.all.emplace_back();
      fresh.batch = group;
      fresh.batch.count = 1;
      fresh.batch.weights = Weights::kShared;
      fresh.job_least = group.batch;
      jobs.emplace_back();
    }
    Network& network = networks.all[index];
    network.job_least = std::min(network.job_least, group.batch);
    network.job_largest = std::max(network.job_largest, group.batch);
    network.deadline = std::max(network.deadline, group.deadline);
    jobs[index].insert(group.batch);
  }
  const std::uint32_t largest = largest_batch_to_try(set);
  for (std::size_t index = 0; index < networks.all.size(); ++index)
    networks.all[index].sizes = sizes_to_try(networks.all[index], jobs[index], largest);
  return networks;
}

// The networks for which this size is measured. A size above every job is measured for all.
std::vector<Network*> networks_with(std::uint32_t size, std::vector<Network>& all) {
  std::vector<Network*> networks;
  for (Network& network : all)
    if (network.sizes.contains(size)) networks.push_back(&network);
  return networks;
}

TaskSet batches_of(const std::vector<Network*>& networks, std::uint32_t size) {
  TaskSet set;
  set.name = fmt::format("batches of {}", size);
  for (const Network* const network : networks) set.groups.emplace_back(network->batch).batch = size;
  return set;
}

std::uint32_t largest_job(const std::vector<Network>& all) {
  std::uint32_t largest = 0;
  for (const Network& network : all) largest = std::max(largest, network.job_largest);
  return largest;
}

bool too_long_for_all(const std::vector<Network*>& networks, const std::vector<LaunchTime>& times) {
  for (std::size_t i = 0; i < networks.size(); ++i)
    if (times[i].execution <= networks[i]->deadline) return false;
  return true;
}

// `largest` is the size of the largest job.
Error not_measured(std::uint32_t size, std::uint32_t largest, const std::string& reason, bool interrupted) {
  std::string what = fmt::format("batches of {} inputs could not be measured: {}", size, reason);
  if (interrupted) return environment_error(std::move(what));
  if (size > largest) {
    return environment_error(
        fmt::format("{}; --batch-limit N with N below {} needs none as large", what, size));
  }
  return environment_error(fmt::format(
      "{}; jobs of the task set are as large as {}: a smaller \"batch\" or fewer models are needed", what,
      largest));
}

// Returns why it was cut short; nullopt if it was not.
Result<std::optional<std::string>> measure(std::vector<Network>& all, const LiveMeasurements& measurements) {
  const std::uint32_t largest = largest_job(all);
  std::set<std::uint32_t> sizes;
  for (const Network& network : all) sizes.insert(network.sizes.begin(), network.sizes.end());
  for (const std::uint32_t size : sizes) {
    const std::vector<Network*> networks = networks_with(size, all);
    const Result<LaunchTimes> launches = measurements.launch_times(batches_of(networks, size));
    if (!launches.ok())
      return not_measured(size, largest, launches.error().message, measurements.interrupted());
    const auto& [times, not_set_up] = launches.value();
    if (not_set_up && (size <= largest || measurements.interrupted()))
      return not_measured(size, largest, *not_set_up, measurements.interrupted());
    if (not_set_up) {
      return std::optional<std::string>(
          fmt::format("batches of {} inputs and more were not tried as limit ({}); --batch-limit N sets it",
                      size, *not_set_up));
    }
    if (size > largest && too_long_for_all(networks, times)) break;
    for (std::size_t i = 0; i < networks.size(); ++i) {
      networks[i]->measured.push_back(size);
      networks[i]->times.push_back(times[i]);
    }
  }
  return std::optional<std::string>();
}

// The host's part of a launch: the median time between one execution and the next.
HostLatencies latencies_of(const std::vector<Network>& all) {
  std::vector<Duration> gaps;
  for (const Network& network : all)
    for (const LaunchTime& time : network.times)
      gaps.push_back(std::max(Duration(), time.period - time.execution));
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return {*middle, Duration()};
}

// A GPU of one slot, in which batches take as long as they were measured to.
GpuModel measured_gpu(const Workload& workload, const Networks& networks) {
  GpuModel gpu;
  gpu.geometry = {1, {1.0}, {1.0}};
  std::vector<std::vector<GpuModel::BatchClass>> classes;
  for (const Network& network : networks.all) {
    std::vector<GpuModel::BatchClass>& of_network = classes.emplace_back();
    for (std::size_t i = 0; i < network.measured.size(); ++i) {
      StageCost cost;
      cost.alone_ns = static_cast<double>(std::max<std::int64_t>(1, network.times[i].execution.ns()));
      of_network.push_back({network.measured[i], gpu.add_class({cost})});
    }
  }
  for (const Task& task : workload.tasks) {
    const std::vector<GpuModel::BatchClass>& sizes = classes[networks.of_group[task.group]];
    const std::uint32_t inputs = workload.set.groups[task.group].batch;
    const auto own =
        std::find_if(sizes.begin(), sizes.end(), [&](const auto& size) { return size.inputs == inputs; });
    DARIS_CHECK(own != sizes.end());
    gpu.task_inputs.push_back(inputs);
    gpu.task_class.push_back(own->work_class);
    gpu.task_batch_group.push_back(task.weights_id);
    if (task.weights_id == gpu.batch_classes.size()) gpu.batch_classes.push_back(sizes);
  }
  return gpu;
}

// A job alone is estimated to take as long as it was measured to.
std::vector<std::vector<Duration>> estimates_of(const GpuModel& gpu) {
  std::vector<std::vector<Duration>> estimates;
  for (const std::uint32_t work_class : gpu.task_class) {
    const double alone_ns = gpu.cost(work_class, StageIndex(0), ContextId(0)).alone_ns;
    estimates.push_back({Duration::from_ns(static_cast<std::int64_t>(alone_ns))});
  }
  return estimates;
}

}  // namespace

// Packages take one size, and a limit is for all networks.
std::uint32_t largest_batch_to_try(const TaskSet& set) {
  std::uint32_t largest = kTriedMax;
  for (const TaskGroup& group : set.groups) {
    const PackagedModel* const packages = find_model(group.model).value()->packages;
    if (packages != nullptr) largest = std::min(largest, packages->batch);
  }
  return largest;
}

std::uint32_t largest_useful_batch(const Workload& workload) {
  std::map<std::uint32_t, std::uint64_t> waiting;  // inputs, by weights
  for (const Task& task : workload.tasks) {
    const TaskGroup& group = workload.set.groups[task.group];
    const bool apart = group.arrival.kind == ArrivalKind::kPeriodic ||
                       group.arrival.kind == ArrivalKind::kSporadic;  // by a period at least
    const std::int64_t jobs =
        apart ? (group.deadline.ns() + group.period.ns() - 1) / group.period.ns() : kTriedMax;
    waiting[task.weights_id] += group.batch * static_cast<std::uint64_t>(std::max<std::int64_t>(jobs, 1));
  }
  std::uint64_t most = 1;
  for (const auto& [weights, inputs] : waiting) most = std::max(most, inputs);
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(largest_batch_to_try(workload.set), std::bit_ceil(most)));
}

std::string LiveBatchLimit::text() const {
  return fmt::format(
      "batch limit {}, which gets most jobs done in time by simulation (of {}); --batch-limit N sets it",
      choice.limit, fmt::join(choice.tried, ", "));
}

Result<LiveBatchLimit> choose_live_batch_limit(const SettledConfig& config, const Workload& workload,
                                               const LiveMeasurements& measurements, const ReleaseLog* log) {
  Networks networks = networks_of(workload.set);
  Result<std::optional<std::string>> cut_short = measure(networks.all, measurements);
  if (!cut_short.ok()) return cut_short.error().in("batch_limit");
  const GpuModel gpu = measured_gpu(workload, networks);
  DARIS_TRY_ASSIGN(
      BatchLimitChoice choice,
      choose_batch_limit({&config, &workload, &gpu, latencies_of(networks.all), estimates_of(gpu)}, log));
  return LiveBatchLimit{std::move(choice), std::move(cut_short).value()};
}

}  // namespace daris
