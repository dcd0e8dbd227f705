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
  DARIS_TRY_ASSIGN(
      const GpuModel gpu,
      build_loop_model(request, {{request.model, request.precision, request.batch, request.weights}}));
  ClosedLoopSetup loop;
  loop.gpu = &gpu;
  loop.latencies = host_latencies(*request.profile, request.shape.backend);
  return run_closed_loop(loop).jobs_per_s;
}

// The host's part is left out. The neighbours are whole jobs, so only the victim waits for the host between
// stages.
Result<std::vector<double>> simulated_neighbour_times_ns(const LoopPlace& place, const JobKind& victim,
                                                         const JobKind& neighbour) {
  DARIS_TRY_ASSIGN(const GpuModel gpu, build_loop_model(place, {victim, neighbour}));
  ClosedLoopSetup loop;
  loop.gpu = &gpu;
  loop.rounds = kNeighbourRounds;
  loop.work.slot_task.assign(std::size_t{gpu.contexts} * gpu.streams, TaskId(1));
  loop.work.slot_task[0] = TaskId(0);
  return run_closed_loop(loop).stage_ns[0];
}

}  // namespace daris
