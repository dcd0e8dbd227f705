#include "sim/afet.h"

#include <algorithm>
#include <cstdint>

#include "sim/closed_loop.h"

namespace daris {
namespace {

constexpr std::uint32_t kRounds = 20;

struct ClassMean {
  std::vector<double> sum_ns;  // by stage
  std::uint32_t tasks = 0;
};

std::vector<ClassMean> means_of_classes(const GpuModel& gpu, const ClosedLoopResult& loop) {
  std::vector<ClassMean> means(gpu.classes());
  for (std::size_t task = 0; task < gpu.task_class.size(); ++task) {
    ClassMean& mean = means[gpu.task_class[task]];
    mean.sum_ns.resize(loop.stage_ns[task].size(), 0.0);
    for (std::size_t stage = 0; stage < mean.sum_ns.size(); ++stage) mean.sum_ns[stage] += loop.stage_ns[task][stage];
    ++mean.tasks;
  }
  return means;
}

Duration rounded(double ns) { return Duration::from_ns(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns + 0.5))); }

}  // namespace

std::vector<std::vector<Duration>> average_full_load_times(const GpuModel& gpu, const HostLatencies& latencies) {
  ClosedLoopSetup setup;
  setup.gpu = &gpu;
  setup.latencies = latencies;
  setup.rounds = kRounds;
  const std::vector<ClassMean> means = means_of_classes(gpu, run_closed_loop(setup));
  std::vector<std::vector<Duration>> estimates;
  for (const std::uint32_t work_class : gpu.task_class) {
    std::vector<Duration>& stages = estimates.emplace_back();
    for (const double sum_ns : means[work_class].sum_ns) stages.push_back(rounded(sum_ns / means[work_class].tasks));
  }
  return estimates;
}

}  // namespace daris
