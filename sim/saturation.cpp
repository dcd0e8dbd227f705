#include "sim/saturation.h"

#include <cstdint>

#include "sim/closed_loop.h"
#include "sim/gpu_model_builder.h"

namespace daris {
namespace {

// Enough jobs that a victim still finishes some if its neighbours slow it a hundredfold.
constexpr std::uint32_t kNeighbourRounds = 400;

}  // namespace

Result<double> simulated_saturation_jobs_per_s(const SaturationRequest& request) {
  const Result<GpuModel> gpu =
      build_loop_model(request, {{request.model, request.precision, request.batch, request.weights}});
  if (!gpu.ok()) return gpu.error();
  ClosedLoopSetup loop;
  loop.gpu = &gpu.value();
  loop.latencies = host_latencies(*request.profile, request.shape.backend);
  return run_closed_loop(loop).jobs_per_s;
}

// The host's part is left out. The neighbours are whole jobs, so only the victim waits for the host between
// stages.
Result<std::vector<double>> simulated_neighbour_times_ns(const LoopPlace& place, const JobKind& victim,
                                                         const JobKind& neighbour) {
  const Result<GpuModel> gpu = build_loop_model(place, {victim, neighbour});
  if (!gpu.ok()) return gpu.error();
  ClosedLoopSetup loop;
  loop.gpu = &gpu.value();
  loop.rounds = kNeighbourRounds;
  loop.work.slot_task.assign(std::size_t{gpu.value().contexts} * gpu.value().streams, TaskId(1));
  loop.work.slot_task[0] = TaskId(0);
  return run_closed_loop(loop).stage_ns[0];
}

}  // namespace daris
