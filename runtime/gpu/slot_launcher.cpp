#include "runtime/gpu/slot_launcher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "policy/check.h"
#include "profiles/gpu/check.h"

namespace daris {
namespace {

constexpr std::size_t kAlignment = 256;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// What a job of `inputs` inputs leaves after stage `stage`, in a frame.
std::size_t state_bytes(const StageChain& chain, std::size_t stage, std::uint32_t inputs) {
  std::size_t bytes = 0;
  for (const StageChain::Rows& rows : chain.left_by(stage)) bytes += aligned(rows.row_bytes * inputs);
  return bytes;
}

std::size_t largest_state_bytes(const StageChain& chain, std::uint32_t inputs) {
  std::size_t bytes = 0;
  for (std::size_t stage = 0; stage < chain.stages(); ++stage)
    bytes = std::max(bytes, state_bytes(chain, stage, inputs));
  return bytes;
}

std::size_t free_bytes() {
  std::size_t free = 0;
  std::size_t all = 0;
  DARIS_CUDA(cudaMemGetInfo(&free, &all));
  return free;
}

std::string gib(std::size_t bytes) {
  constexpr double kGib = 1024.0 * 1024 * 1024;
  return std::to_string(static_cast<std::int64_t>(static_cast<double>(bytes) / kGib * 10) / 10.0).substr(0, 5) + " GiB";
}

cudaError_t copy(std::byte* to, const std::byte* from, std::size_t bytes, CUstream stream) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream);
}

}  // namespace

SlotLauncher::SlotLauncher(ChainStore& store, const LauncherRequest& request)
    : store_(store),
      models_(request.models),
      streams_per_context_(request.streams_per_context),
      copies_(request.copies),
      forms_batches_(!request.batches.empty()),
      progress_(request.progress),
      slots_(store.slots()),
      places_(request.workload->tasks.size()) {
  note_tasks(request);
  const std::size_t free_before = free_bytes();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    make_chains(slot);
    if (slot == 0) check_room(free_before);
  }
  make_frames();
}

void SlotLauncher::note_tasks(const LauncherRequest& request) {
  batches_ = request.batches;
  const std::vector<std::uint32_t> stages = models_->stages();
  for (std::uint32_t task = 0; task < request.workload->tasks.size(); ++task) {
    const TaskGroup& group = request.workload->group_of(TaskId(task));
    const std::size_t urgency = std::min<std::size_t>(group.priority, store_.streams(0).capture.size() - 1);
    tasks_.push_back({request.workload->tasks[task].weights_id, group.batch, urgency, stages[task], nullptr});
    batches_.push_back(group.batch);
    urgencies_ = std::max(urgencies_, urgency + 1);
  }
  std::sort(batches_.begin(), batches_.end());
  batches_.erase(std::unique(batches_.begin(), batches_.end()), batches_.end());
}

ChainModel SlotLauncher::model_of(TaskId task) const {
  return {&models_->of(task), models_->precision_of(task), models_->seed_of(task)};
}

// A task's own batch, and where batches are formed every size for every set of weights.
void SlotLauncher::make_chains(std::size_t slot) {
  Slot& made = slots_[slot];
  std::uint32_t weights = 0;
  for (const TaskWork& task : tasks_) weights = std::max(weights, task.weights + 1);
  made.chains.resize(std::size_t{weights} * batches_.size() * urgencies_);
  made.jobs.reserve(batches_.back());
  for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
    for (const std::uint32_t batch : forms_batches_ ? batches_ : std::vector<std::uint32_t>{tasks_[task].inputs}) {
      StageChain*& chain = made.chains[chain_index(tasks_[task], batch)];
      if (chain == nullptr) chain = &store_.chain(slot, tasks_[task].urgency, model_of(TaskId(task)), batch, copies_);
    }
  }
  progress_("graphs of slot " + std::to_string(slot + 1) + " of " + std::to_string(slots_.size()));
}

// The other slots need what the first one took.
void SlotLauncher::check_room(std::size_t free_before) const {
  const std::size_t free_now = free_bytes();
  const std::size_t each = free_before > free_now ? free_before - free_now : 0;
  const std::size_t needed = each * (slots_.size() - 1);
  if (needed <= free_now) return;
  throw GpuError("the graphs of " + std::to_string(slots_.size()) + " slots need about " + gib(each + needed) +
                 " of GPU memory, " + gib(each) + " a slot, and " + gib(free_before) +
                 " were free: fewer slots, smaller batches or fewer weights of their own fit");
}

void SlotLauncher::make_frames() {
  constexpr std::size_t kFramesPerSlot = 4;
  for (TaskWork& task : tasks_) {
    if (task.stages == 1) continue;
    const StageChain& chain = *slots_[0].chains[chain_index(task, task.inputs)];
    std::unique_ptr<FramePool>& pool = pools_[largest_state_bytes(chain, task.inputs)];
    if (pool == nullptr) {
      pool = std::make_unique<FramePool>(largest_state_bytes(chain, task.inputs));
      DARIS_CUDA(pool->grow(kFramesPerSlot * slots_.size()));
    }
    task.frames = pool.get();
  }
}

std::size_t SlotLauncher::chain_index(const TaskWork& task, std::uint32_t batch) const {
  const auto size = std::lower_bound(batches_.begin(), batches_.end(), batch);
  DARIS_CHECK(size != batches_.end() && *size == batch);
  return (task.weights * batches_.size() + static_cast<std::size_t>(size - batches_.begin())) * urgencies_ +
         task.urgency;
}

cudaError_t SlotLauncher::launch(const LaunchStage& launch) {
  const std::size_t index = launch.slot.at();
  Slot& slot = slots_[index];
  StageChain* const chain = slot.chains[chain_index(tasks_[launch.jobs.front().task.at()], launch.batch)];
  DARIS_CHECK(chain != nullptr);
  const CUstream stream = store_.streams(index).launch;
  if (!in_place(launch, slot, *chain)) {
    // What is copied is part of the stage: it has the slot meanwhile.
    if (store_.stamps().enqueue_begin(stream, index) != CUDA_SUCCESS) return cudaErrorLaunchFailure;
    if (const cudaError_t status = clear(slot, stream); status != cudaSuccess) return status;
    if (const cudaError_t status = seat(launch, *chain, stream); status != cudaSuccess) return status;
    slot.chain = chain;
    slot.jobs.assign(launch.jobs.begin(), launch.jobs.end());
  }
  for (const JobId job : launch.jobs) places_.put(job).after = launch.stage;
  slot.last_stage = launch.stage.at() + 1 == chain->stages();
  const cudaError_t status = cudaGraphLaunch(chain->graph(launch.stage.at()), stream);
  if (status == cudaSuccess) ++store_.launched(index);
  return status;
}

// The slot's last stage was these jobs' one before, and they have been nowhere else since.
bool SlotLauncher::in_place(const LaunchStage& launch, const Slot& slot, const StageChain& chain) {
  if (launch.stage.value() == 0 || slot.chain != &chain) return false;
  if (!std::equal(launch.jobs.begin(), launch.jobs.end(), slot.jobs.begin(), slot.jobs.end())) return false;
  return std::all_of(launch.jobs.begin(), launch.jobs.end(), [&](JobId job) {
    const JobPlace* const place = places_.find(job);
    return place != nullptr && place->chain == &chain;
  });
}

// Makes room: whoever is still there moves into a frame, and who was fetched from here must have been read.
cudaError_t SlotLauncher::clear(Slot& slot, CUstream stream) {
  for (const JobId job : slot.jobs) {
    JobPlace* const place = places_.find(job);
    if (place == nullptr || place->chain == nullptr || place->chain != slot.chain) continue;
    if (const cudaError_t status = save(*place, stream); status != cudaSuccess) return status;
  }
  slot.jobs.clear();
  return slot.read.before_use(stream);
}

// Has the launch's jobs in the chain's rows, in order.
cudaError_t SlotLauncher::seat(const LaunchStage& launch, const StageChain& chain, CUstream stream) {
  const bool first = launch.stage.value() == 0;
  std::uint32_t row = 0;
  for (const JobId job : launch.jobs) {
    JobPlace& place = places_.put(job);
    const cudaError_t status = first ? copy_input(job, chain, row, stream) : fetch(place, chain, row, stream);
    if (status != cudaSuccess) return status;
    place.slot = launch.slot.value();
    place.chain = &chain;
    place.first_row = row;
    row += tasks_[job.task.at()].inputs;
  }
  return cudaSuccess;
}

cudaError_t SlotLauncher::save(JobPlace& place, CUstream stream) {
  const TaskWork& task = tasks_[place.job.task.at()];
  Frame* const frame = task.frames->take();
  if (frame == nullptr) return cudaErrorMemoryAllocation;
  if (const cudaError_t status = frame->order.before_use(stream); status != cudaSuccess) return status;
  std::byte* to = frame->data;
  for (const StageChain::Rows& rows : place.chain->left_by(place.after.at())) {
    const std::size_t bytes = rows.row_bytes * task.inputs;
    const cudaError_t status = copy(to, rows.data + place.first_row * rows.row_bytes, bytes, stream);
    if (status != cudaSuccess) return status;
    to += aligned(bytes);
  }
  place.chain = nullptr;
  place.frame = frame;
  return frame->order.after_use(stream);
}

// Brings what the job's last stage left into the chain's rows, from a frame or from the slot that ran it.
cudaError_t SlotLauncher::fetch(JobPlace& place, const StageChain& chain, std::uint32_t row, CUstream stream) {
  const TaskWork& task = tasks_[place.job.task.at()];
  UseOrder& order = place.frame != nullptr ? place.frame->order : slots_[place.slot].read;
  if (place.frame != nullptr) {
    if (const cudaError_t status = order.before_use(stream); status != cudaSuccess) return status;
  }
  const std::byte* from = place.frame == nullptr ? nullptr : place.frame->data;
  const std::vector<StageChain::Rows>& to = chain.left_by(place.after.at());
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t bytes = to[i].row_bytes * task.inputs;
    if (place.frame == nullptr)
      from = place.chain->left_by(place.after.at())[i].data + place.first_row * to[i].row_bytes;
    const cudaError_t status = copy(to[i].data + row * to[i].row_bytes, from, bytes, stream);
    if (status != cudaSuccess) return status;
    from += aligned(bytes);
  }
  const cudaError_t status = order.after_use(stream);
  leave(place);
  return status;
}

cudaError_t SlotLauncher::copy_input(JobId job, const StageChain& chain, std::uint32_t row, CUstream stream) const {
  if (!copies_) return cudaSuccess;
  const at::Tensor& input = models_->input_of(job);
  const StageChain::Rows& rows = chain.input();
  return cudaMemcpyAsync(rows.data + row * rows.row_bytes, input.const_data_ptr(), input.nbytes(),
                         cudaMemcpyHostToDevice, stream);
}

void SlotLauncher::leave(JobPlace& place) {
  if (place.frame != nullptr) tasks_[place.job.task.at()].frames->give_back(place.frame);
  place.frame = nullptr;
  place.chain = nullptr;
}

void SlotLauncher::end(SlotId slot) {
  Slot& ended = slots_[slot.at()];
  if (!ended.last_stage) return;
  const at::Tensor& rows = ended.chain->output();
  std::int64_t row = 0;
  for (const JobId job : ended.jobs) {
    const std::int64_t inputs = tasks_[job.task.at()].inputs;
    if (output && rows.defined()) output(job, rows.narrow(0, row, inputs));
    row += inputs;
    drop(job);
  }
}

void SlotLauncher::drop(JobId job) {
  JobPlace* const place = places_.find(job);
  if (place == nullptr) return;
  leave(*place);
  places_.erase(job);
}

// Frames of its jobs may still be written to: they are left out until everything has ended.
void SlotLauncher::abandon(ContextId context) {
  places_.erase_if([&](const JobPlace& place) { return place.slot / streams_per_context_ == context.value(); });
}

void SlotLauncher::reset() {
  places_.clear();
  for (auto& [bytes, pool] : pools_) pool->take_all_back();
  for (Slot& slot : slots_) slot.jobs.clear();
}

}  // namespace daris
