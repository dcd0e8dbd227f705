#include "drive/full_load_times.h"

#include <algorithm>

#include "base/check.h"

namespace daris {
namespace {

struct ClassMean {
  std::vector<double> sum_ns;  // by stage
  std::uint32_t tasks = 0;
};

std::vector<ClassMean> means_of_classes(const ClosedLoopResult& loop,
                                        std::span<const std::uint32_t> class_of_task) {
  std::vector<ClassMean> means(*std::max_element(class_of_task.begin(), class_of_task.end()) +
                               std::size_t{1});
  for (std::size_t task = 0; task < class_of_task.size(); ++task) {
    ClassMean& mean = means[class_of_task[task]];
    const std::vector<double>& stage_ns = loop.stage_ns[task];
    if (stage_ns.empty()) continue;
    mean.sum_ns.resize(stage_ns.size(), 0.0);
    for (std::size_t stage = 0; stage < stage_ns.size(); ++stage) mean.sum_ns[stage] += stage_ns[stage];
    ++mean.tasks;
  }
  return means;
}

Duration rounded(double ns) {
  return Duration::from_ns(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns + 0.5)));
}

}  // namespace

std::vector<std::vector<Duration>> full_load_times(const ClosedLoopResult& loop,
                                                   std::span<const std::uint32_t> class_of_task) {
  const std::vector<ClassMean> means = means_of_classes(loop, class_of_task);
  std::vector<std::vector<Duration>> estimates;
  for (const std::uint32_t work_class : class_of_task) {
    std::vector<Duration>& stages = estimates.emplace_back();
    for (const double sum_ns : means[work_class].sum_ns)
      stages.push_back(rounded(sum_ns / means[work_class].tasks));
  }
  return estimates;
}

}  // namespace daris
