#include "runtime/gpu/in_process_backend.h"

#include <utility>

#include "gpu/check.h"
#include "gpu/gpu_facts.h"
#include "gpu/gpu_memory.h"
#include "gpu/graph_capture.h"
#include "gpu/uniform_noise.h"
#include "profiles/backend_names.h"
#include "runtime/core_pin.h"
#include "runtime/gpu/gpu_errors.h"
#include "runtime/gpu/gpu_executor.h"
#include "runtime/gpu/machine_facts.h"
#include "runtime/gpu/slot_launcher.h"

namespace daris {

InProcessBackend::InProcessBackend(int device)
    : device_(device),
      core_(claim_scheduler_core()),
      machine_(device),
      models_(at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device)), fill_uniform_on_gpu) {
  const GpuFacts known = gpu_facts(device);
  pci_bus_id_ = known.pci_bus_id;
  facts_ = machine_facts(known);
}

Result<std::vector<ContextGrant>> InProcessBackend::grants_for(const LiveWork& work,
                                                               MachineShape& shape) const {
  // A backend without partitions of its own is confined by a green context, thus by whole groups.
  DARIS_TRY_ASSIGN(shape, confined(machine_.shape(), Backend::kGreen, work.sms));
  return work.grants(shape, kind());
}

Status InProcessBackend::check(const LiveWork& work) const {
  MachineShape shape;
  DARIS_TRY(grants_for(work, shape));
  return {};
}

Result<LiveMachine> InProcessBackend::make(const LiveWork& work, std::shared_ptr<const RunClock> clock) {
  return errors_of("backend " + std::string(to_text(kind())) + ": ",
                   [&] { return make_or_throw(work, std::move(clock)); });
}

Result<LiveMachine> InProcessBackend::make_or_throw(const LiveWork& work,
                                                    std::shared_ptr<const RunClock> clock) {
  if (is_stuck()) throw GpuError("a stage of the last run still hangs on the GPU; start the program anew");
  MachineShape shape;
  DARIS_TRY_ASSIGN(const std::vector<ContextGrant> grants, grants_for(work, shape));
  enter(work, shape, grants);
  DARIS_TRY_ASSIGN(ModelSet models,
                   ModelSet::create(*work.workload, work.staged, models_, work.seed, work.watch,
                                    work.merging.get()));
  LiveMachine made;
  made.stages = models.stages();
  LauncherRequest request;
  request.workload = work.workload;
  request.models = std::make_shared<const ModelSet>(std::move(models));
  request.streams_per_context = work.streams;
  request.batches = work.batches;
  request.copies = work.copies;
  request.early_inputs = work.early_inputs;
  request.watch = work.watch;
  GpuExecutor::Parts parts;
  parts.store = store_;
  parts.launcher = std::make_unique<SlotLauncher>(*store_, request);
  for (const ContextGrant& grant : grants) parts.granted_sms.push_back(grant.granted_sms);
  parts.streams = work.streams;
  parts.clock = std::move(clock);
  made.executor = std::make_unique<GpuExecutor>(std::move(parts));
  release_graph_memory();  // memory that only choosing and capturing needed
  made.context_memory_bytes = context_memory(work);
  made.summary = std::to_string(store_->graphs()) + " CUDA graphs, captured in " +
                 std::to_string(static_cast<int>(1000 * store_->capture_s())) + " ms, and models leave " +
                 memory_text(free_gpu_bytes()) + " of GPU memory free";
  return made;
}

std::vector<std::uint64_t> InProcessBackend::context_memory(const LiveWork& work) const {
  const std::vector<std::size_t> slots = store_->bytes_by_slot();
  std::vector<std::uint64_t> contexts(work.contexts, 0);
  for (std::size_t slot = 0; slot < slots.size(); ++slot) contexts[slot / work.streams] += slots[slot];
  return contexts;
}

// Graphs of another shape go first: they hold the memory that the new ones need.
void InProcessBackend::enter(const LiveWork& work, const MachineShape& shape,
                             const std::vector<ContextGrant>& grants) {
  const Shape wanted = work.shape(kind());
  const bool listed_alike =
      list_ == work.list || (list_ != nullptr && work.list != nullptr && *list_ == *work.list);
  if (shape_ == wanted && listed_alike) return;
  shape_.reset();
  store_.reset();
  release_graph_memory();
  std::vector<SlotStreams> slots = slot_streams(work, shape, grants);
  std::shared_ptr<StampLine[]> lines = make_stamp_lines(slots.size());
  store_ = std::make_shared<ChainStore>(device_, std::move(slots), std::move(lines));
  shape_ = wanted;
  list_ = work.list;
}

}  // namespace daris
