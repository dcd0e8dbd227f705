#include "runtime/gpu/launcher_setup.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/gpu_memory.h"
#include "gpu/graph_capture.h"

namespace daris {
namespace {

Keeping keeping_for(const LauncherRequest& request) {
  const std::vector<std::uint32_t> stages = request.models->stages();
  if (std::all_of(stages.begin(), stages.end(), [](std::uint32_t count) { return count == 1; }))
    return Keeping::kNone;
  return request.streams_per_context > 1 ? Keeping::kAlways : Keeping::kWhenDisplaced;
}

// True if chains of different urgencies would differ in nothing: they hand nothing on, and are captured in
// one stream.
bool urgency_is_idle(Keeping keeping, const std::vector<CUstream>& capture) {
  return keeping == Keeping::kNone &&
         std::all_of(capture.begin(), capture.end(), [&](CUstream one) { return one == capture.front(); });
}

ChainModel model_of(const ModelSet& models, TaskId task) {
  return {&models.of(task), models.precision_of(task), models.seed_of(task)};
}

}  // namespace

LauncherSetup::LauncherSetup(ChainStore& store, const LauncherRequest& request)
    : store_(store), keeping_(keeping_for(request)), forms_batches_(!request.batches.empty()) {
  note_tasks(request);
  make_chains(request);
  make_frames();
  limit_held_seats();
}

void LauncherSetup::note_tasks(const LauncherRequest& request) {
  batches_ = request.batches;
  const std::vector<std::uint32_t> stages = request.models->stages();
  const std::vector<CUstream>& capture = store_.streams(0).capture;
  const std::size_t last_urgency = urgency_is_idle(keeping_, capture) ? 0 : capture.size() - 1;
  for (std::uint32_t task = 0; task < request.workload->tasks.size(); ++task) {
    const TaskGroup& group = request.workload->group_of(TaskId(task));
    const std::size_t urgency = std::min<std::size_t>(group.priority, last_urgency);
    TaskWork& work = tasks_.emplace_back();
    work.weights = request.models->model_number(TaskId(task));
    work.inputs = group.batch;
    work.members = request.models->of(TaskId(task)).info().members;
    work.member = request.models->member_of(TaskId(task));
    work.urgency = urgency;
    work.stages = stages[task];
    batches_.push_back(work.member ? work.members : work.inputs);
    forms_batches_ = forms_batches_ || work.member;
    urgencies_ = std::max(urgencies_, urgency + 1);
  }
  std::sort(batches_.begin(), batches_.end());
  batches_.erase(std::unique(batches_.begin(), batches_.end()), batches_.end());
  if (batches_.back() >= EdgeOrders::kCopiesMax) {
    throw GpuError("batches of " + std::to_string(batches_.back()) + " inputs are too large; at most " +
                   std::to_string(EdgeOrders::kCopiesMax - 1));
  }
}

void LauncherSetup::make_chains(const LauncherRequest& request) {
  release_graph_memory();
  graphs_before_ = store_.graphs();
  graphs_wanted_ = missing_graphs(request);
  const std::size_t taken_before = taken_gpu_bytes();
  for (std::size_t slot = 0; slot < store_.slots(); ++slot) {
    chains_.push_back(chains_of(slot, request));
    if (slot == 0) check_room(taken_before);
  }
  DARIS_CUDA(cudaDeviceSynchronize());  // for inputs of chains and uploads of graphs
}

// A task has a chain for its own batch. If batches are formed, every set of weights has one for every size. A
// merged network has one alone.
std::vector<std::uint32_t> LauncherSetup::chain_sizes(const TaskWork& task) const {
  if (task.member) return {task.members};
  return forms_batches_ ? batches_ : std::vector<std::uint32_t>{task.inputs};
}

void LauncherSetup::for_each_chain(
    std::vector<StageChain*>& chains,
    const std::function<void(std::uint32_t, std::uint32_t, StageChain*&)>& visit) const {
  for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
    for (const std::uint32_t batch : chain_sizes(tasks_[task]))
      visit(task, batch, chains[seat_of(tasks_[task], batch)]);
  }
}

std::size_t LauncherSetup::seats() const {
  std::uint32_t weights = 0;
  for (const TaskWork& task : tasks_) weights = std::max(weights, task.weights + 1);
  return std::size_t{weights} * batches_.size() * urgencies_;
}

std::size_t LauncherSetup::missing_graphs(const LauncherRequest& request) const {
  std::size_t missing = 0;
  for (std::size_t slot = 0; slot < store_.slots(); ++slot) {
    std::vector<bool> counted(seats(), false);
    std::vector<StageChain*> none(seats(), nullptr);
    for_each_chain(none, [&](std::uint32_t task, std::uint32_t batch, StageChain*&) {
      const std::size_t seat = seat_of(tasks_[task], batch);
      if (counted[seat]) return;
      counted[seat] = true;
      const bool there = store_.has_chain(slot, tasks_[task].urgency, model_of(*request.models, TaskId(task)),
                                          batch, request.copies, keeping_);
      if (!there) missing += tasks_[task].stages;
    });
  }
  return missing;
}

std::vector<StageChain*> LauncherSetup::chains_of(std::size_t slot, const LauncherRequest& request) {
  std::vector<StageChain*> chains(seats(), nullptr);
  for_each_chain(chains, [&](std::uint32_t task, std::uint32_t batch, StageChain*& chain) {
    if (chain != nullptr) return;
    if (request.watch.stopped()) throw GpuError(kSetUpStopped);
    chain = &store_.chain(slot, tasks_[task].urgency, model_of(*request.models, TaskId(task)), batch,
                          request.copies, keeping_);
    request.watch.captured(store_.graphs() - graphs_before_, graphs_wanted_);
  });
  return chains;
}

// The other slots need as much as the first one took. This does not count what other processes took
// meanwhile, what cuDNN needed to choose its algorithms, and what the driver keeps for the graphs themselves.
void LauncherSetup::check_room(std::size_t taken_before) const {
  release_graph_memory();
  const std::size_t taken = taken_gpu_bytes();
  const std::size_t each = taken > taken_before ? taken - taken_before : 0;
  const std::size_t needed = each * (store_.slots() - 1);
  const std::size_t free = free_gpu_bytes();
  if (needed <= free) return;
  throw GpuError("the graphs of " + std::to_string(store_.slots()) + " slots need about " +
                 memory_text(each + needed) + " of GPU memory, " + memory_text(each) + " a slot, and " +
                 memory_text(each + free) +
                 " were free: fewer slots, smaller batches or fewer weights of their own fit");
}

void LauncherSetup::make_frames() {
  constexpr std::size_t kFramesPerSlot = 4;
  for (TaskWork& task : tasks_) {
    if (task.stages == 1) continue;
    const StageChain& chain = *chains_[0][seat_of(task, task.inputs)];
    const std::size_t bytes = chain.frame_row_bytes() * task.inputs;
    std::unique_ptr<FramePool>& pool = pools_[bytes];
    if (pool == nullptr) {
      const std::size_t jobs_of_launch = forms_batches_ ? batches_.back() / task.inputs : 1;
      pool = std::make_unique<FramePool>(bytes);
      DARIS_CUDA(pool->grow(std::max(kFramesPerSlot, jobs_of_launch) * store_.slots()));
    }
    task.frames = pool.get();
  }
}

// The limit is more seats than can be expected to hold anything. It is lower if the saves of so many would be
// too many orders.
void LauncherSetup::limit_held_seats() {
  constexpr std::size_t kSeatsMax = 32;
  std::size_t tensors = 0;  // that a job leaves behind, at most
  for (const StageChain* const chain : chains_.front()) {
    if (chain == nullptr) continue;
    for (std::size_t stage = 0; stage + 1 < chain->stages(); ++stage)
      tensors = std::max(tensors, chain->left_by(stage).size());
  }
  const std::size_t jobs = forms_batches_ ? batches_.back() : 1;
  const std::size_t each = std::max<std::size_t>(jobs * tensors, 1);  // orders that move so many jobs
  const std::size_t own = std::max(each, jobs) + each;                // loads and stores of a launch
  const bool saves = keeping_ == Keeping::kWhenDisplaced;
  const std::size_t room = own > EdgeOrders::kCopiesMax ? 0 : (EdgeOrders::kCopiesMax - own) / each;
  if (own > EdgeOrders::kCopiesMax || (saves && room < 2)) {
    throw GpuError("batches of " + std::to_string(jobs) + " jobs, each of which hands on " +
                   std::to_string(tensors) + " tensors from stage to stage, are too large");
  }
  // A launch displaces what so many seats hold, and perhaps its own jobs elsewhere.
  held_seats_max_ = saves ? std::min(room - 1, kSeatsMax) : kSeatsMax;
  displaced_max_ = (kSeatsMax + 1) * jobs;
}

std::size_t LauncherSetup::seat_of(const TaskWork& task, std::uint32_t batch) const {
  const std::uint32_t rows = task.member ? task.members : batch;
  const auto size = std::lower_bound(batches_.begin(), batches_.end(), rows);
  DARIS_CHECK(size != batches_.end() && *size == rows);
  return (task.weights * batches_.size() + static_cast<std::size_t>(size - batches_.begin())) * urgencies_ +
         task.urgency;
}

std::size_t LauncherSetup::frame_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [frame_bytes, pool] : pools_) bytes += pool->bytes();
  return bytes;
}

void LauncherSetup::take_frames_back() {
  for (auto& [bytes, pool] : pools_) pool->take_all_back();
}

}  // namespace daris
