#include "runtime/gpu/slot_launcher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/gpu_memory.h"
#include "gpu/graph_capture.h"

namespace daris {
namespace {

void add(EdgeOrders& orders, std::uint32_t EdgeOrders::*kind, void* to, const void* from, std::size_t bytes) {
  const std::uint32_t so_far = orders.saves + orders.loads + orders.stores;
  DARIS_CHECK(so_far < EdgeOrders::kCopiesMax);
  orders.copies[so_far] = {to, from, bytes};
  ++(orders.*kind);
}

Keeping keeping_for(const LauncherRequest& request) {
  const std::vector<std::uint32_t> stages = request.models->stages();
  if (std::all_of(stages.begin(), stages.end(), [](std::uint32_t count) { return count == 1; }))
    return Keeping::kNone;
  return request.streams_per_context > 1 ? Keeping::kAlways : Keeping::kWhenDisplaced;
}

}  // namespace

SlotLauncher::SlotLauncher(ChainStore& store, const LauncherRequest& request)
    : store_(store),
      models_(request.models),
      streams_per_context_(request.streams_per_context),
      copies_(request.copies),
      keeping_(keeping_for(request)),
      forms_batches_(!request.batches.empty()),
      slots_(store.slots()),
      places_(request.workload->tasks.size()) {
  note_tasks(request);
  release_graph_memory();
  const std::size_t taken_before = taken_gpu_bytes();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    make_chains(slot);
    if (slot == 0) check_room(taken_before);
  }
  make_frames();
  make_occupancies();
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
  if (batches_.back() >= EdgeOrders::kCopiesMax) {
    throw GpuError("batches of " + std::to_string(batches_.back()) + " inputs are too large; at most " +
                   std::to_string(EdgeOrders::kCopiesMax - 1));
  }
}

ChainModel SlotLauncher::model_of(TaskId task) const {
  return {&models_->of(task), models_->precision_of(task), models_->seed_of(task)};
}

// A task's own batch, and where batches are formed every size for every set of weights.
void SlotLauncher::make_chains(std::size_t slot) {
  Slot& made = slots_[slot];
  std::uint32_t weights = 0;
  for (const TaskWork& task : tasks_) weights = std::max(weights, task.weights + 1);
  made.seats.resize(std::size_t{weights} * batches_.size() * urgencies_);
  for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
    for (const std::uint32_t batch :
         forms_batches_ ? batches_ : std::vector<std::uint32_t>{tasks_[task].inputs}) {
      Seat& seat = made.seats[seat_index(tasks_[task], batch)];
      if (seat.chain != nullptr) continue;
      seat.chain =
          &store_.chain(slot, tasks_[task].urgency, model_of(TaskId(task)), batch, copies_, keeping_);
      seat.jobs.reserve(batch);
    }
  }
}

// The other slots need what the first one took. Not counted is what other processes took meanwhile, what
// cuDNN needed to choose its algorithms, and what the driver keeps for the graphs themselves.
void SlotLauncher::check_room(std::size_t taken_before) const {
  release_graph_memory();
  const std::size_t taken = taken_gpu_bytes();
  const std::size_t each = taken > taken_before ? taken - taken_before : 0;
  const std::size_t needed = each * (slots_.size() - 1);
  const std::size_t free = free_gpu_bytes();
  if (needed <= free) return;
  throw GpuError("the graphs of " + std::to_string(slots_.size()) + " slots need about " +
                 memory_text(each + needed) + " of GPU memory, " + memory_text(each) + " a slot, and " +
                 memory_text(each + free) +
                 " were free: fewer slots, smaller batches or fewer weights of their own fit");
}

void SlotLauncher::make_frames() {
  constexpr std::size_t kFramesPerSlot = 4;
  for (TaskWork& task : tasks_) {
    if (task.stages == 1) continue;
    const StageChain& chain = *slots_[0].seats[seat_index(task, task.inputs)].chain;
    const std::size_t bytes = chain.frame_row_bytes() * task.inputs;
    std::unique_ptr<FramePool>& pool = pools_[bytes];
    if (pool == nullptr) {
      pool = std::make_unique<FramePool>(bytes);
      DARIS_CUDA(pool->grow(kFramesPerSlot * slots_.size()));
    }
    task.frames = pool.get();
  }
}

// More seats than can be expected to hold anything, or fewer, if the saves of so many were too many orders.
void SlotLauncher::make_occupancies() {
  constexpr std::size_t kSeatsMax = 32;
  std::size_t tensors = 0;  // that a job leaves behind, at most
  for (const Seat& seat : slots_.front().seats) {
    if (seat.chain == nullptr) continue;
    for (std::size_t stage = 0; stage + 1 < seat.chain->stages(); ++stage)
      tensors = std::max(tensors, seat.chain->left_by(stage).size());
  }
  const std::size_t jobs = forms_batches_ ? batches_.back() : 1;
  const std::size_t each = std::max<std::size_t>(jobs * tensors, 1);  // orders, where so many jobs are moved
  const std::size_t own = std::max(each, jobs) + each;                // loads and stores of a launch
  const bool saves = keeping_ == Keeping::kWhenDisplaced;
  const std::size_t room = own > EdgeOrders::kCopiesMax ? 0 : (EdgeOrders::kCopiesMax - own) / each;
  if (own > EdgeOrders::kCopiesMax || (saves && room < 2)) {
    throw GpuError("batches of " + std::to_string(jobs) + " jobs, each of which hands on " +
                   std::to_string(tensors) + " tensors from stage to stage, are too large");
  }
  // A launch displaces what so many seats hold, and perhaps its own jobs elsewhere.
  const std::size_t seats = saves ? std::min(room - 1, kSeatsMax) : kSeatsMax;
  for (Slot& slot : slots_) slot.occupancy = SlotOccupancy(seats);
  displaced_.reserve((kSeatsMax + 1) * jobs);
}

std::size_t SlotLauncher::frame_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [frame_bytes, pool] : pools_) bytes += pool->bytes();
  return bytes;
}

std::size_t SlotLauncher::seat_index(const TaskWork& task, std::uint32_t batch) const {
  const auto size = std::lower_bound(batches_.begin(), batches_.end(), batch);
  DARIS_CHECK(size != batches_.end() && *size == batch);
  return (task.weights * batches_.size() + static_cast<std::size_t>(size - batches_.begin())) * urgencies_ +
         task.urgency;
}

cudaError_t SlotLauncher::launch(const LaunchStage& launch) {
  const std::uint32_t index = launch.slot.value();
  Slot& slot = slots_[index];
  const std::size_t seat_at = seat_index(tasks_[launch.jobs.front().task.at()], launch.batch);
  const Seat& seat = slot.seats[seat_at];
  DARIS_CHECK(seat.chain != nullptr);
  if (const cudaError_t status = write_orders(launch, seat); status != cudaSuccess) return status;
  const EdgeOrders& orders = store_.edges().orders(index);
  const bool moves = orders.saves > 0 || (orders.loads > 0 && launch.stage.value() > 0);
  const cudaGraphExec_t graph = seat.chain->graph(launch.stage.at(), moves);
  if (const cudaError_t status = cudaGraphLaunch(graph, store_.streams(index).launch); status != cudaSuccess)
    return status;
  ++store_.launched(index);
  note_launch(launch, slot, seat_at);
  return cudaSuccess;
}

// Only now that it has been launched: where that fails, all is where it was.
void SlotLauncher::note_launch(const LaunchStage& launch, Slot& slot, std::size_t seat_at) {
  Seat& seat = slot.seats[seat_at];
  for (const JobId job : displaced_) places_.put(job).chain = nullptr;
  slot.occupancy.launched(seat_at, seat.chain->memory());
  slot.seat = seat_at;
  slot.last_stage = launch.stage.at() + 1 == seat.chain->stages();
  seat.jobs.assign(launch.jobs.begin(), launch.jobs.end());
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    JobPlace& place = places_.put(job);
    place.slot = launch.slot.value();
    place.after = launch.stage;
    place.chain = seat.chain;
    place.row = row;
    row += tasks_[job.task.at()].inputs;
  }
  DARIS_CHECK(row <= launch.batch);
}

cudaError_t SlotLauncher::write_orders(const LaunchStage& launch, const Seat& seat) {
  const StageChain& chain = *seat.chain;
  EdgeOrders& orders = store_.edges().orders(launch.slot.at());
  orders.saves = orders.loads = orders.stores = 0;
  const bool stays = launch.stage.value() > 0 && in_place(launch, seat);
  find_displaced(launch, seat, stays);
  if (keeping_ == Keeping::kWhenDisplaced) {
    const cudaError_t status = order_saves(orders);
    if (status != cudaSuccess) return status;
  }
  if (launch.stage.value() == 0) {
    order_inputs(launch.jobs, chain, orders);
  } else if (!stays) {
    order_loads(launch, chain, orders);
  }
  if (launch.stage.at() + 1 < chain.stages())
    return keeping_ == Keeping::kAlways ? order_stores(launch, chain, orders) : cudaSuccess;
  order_output(launch.jobs, chain, orders);
  return cudaSuccess;
}

bool SlotLauncher::give_frame(JobPlace& place) {
  if (place.frame == nullptr) place.frame = tasks_[place.job.task.at()].frames->take();
  return place.frame != nullptr;
}

// The chain's last stage was these jobs' one before, and they have been nowhere else since.
bool SlotLauncher::in_place(const LaunchStage& launch, const Seat& seat) {
  if (!std::equal(launch.jobs.begin(), launch.jobs.end(), seat.jobs.begin(), seat.jobs.end())) return false;
  return std::all_of(launch.jobs.begin(), launch.jobs.end(),
                     [&](JobId job) { return places_.put(job).chain == seat.chain; });
}

// The jobs that are not in place any more after the launch: what they left is written over, or they are its
// own and change chains.
void SlotLauncher::find_displaced(const LaunchStage& launch, const Seat& seat, bool stays) {
  const std::vector<Seat>& seats = slots_[launch.slot.at()].seats;
  displaced_.clear();
  slots_[launch.slot.at()].occupancy.for_each_displaced(seat.chain->memory(), [&](std::size_t held) {
    if (stays && &seats[held] == &seat) return;
    for (const JobId job : seats[held].jobs) note_displaced(job, seats[held].chain);
  });
  if (stays) return;
  for (const JobId job : launch.jobs) note_displaced(job, nullptr);
}

// If it is in place on `chain`; null: on any.
void SlotLauncher::note_displaced(JobId job, const StageChain* chain) {
  const JobPlace* const place = places_.find(job);
  if (place == nullptr || place->chain == nullptr || (chain != nullptr && place->chain != chain)) return;
  if (std::find(displaced_.begin(), displaced_.end(), job) == displaced_.end()) displaced_.push_back(job);
}

cudaError_t SlotLauncher::order_saves(EdgeOrders& orders) {
  for (const JobId job : displaced_) {
    JobPlace& place = places_.put(job);
    if (!give_frame(place)) return cudaErrorMemoryAllocation;
    const std::size_t inputs = tasks_[job.task.at()].inputs;
    for (const StageChain::Kept& kept : place.chain->left_by(place.after.at())) {
      add(orders, &EdgeOrders::saves, place.frame + inputs * kept.frame_offset,
          kept.rows.data + place.row * kept.rows.row_bytes, inputs * kept.rows.row_bytes);
    }
  }
  return cudaSuccess;
}

void SlotLauncher::order_inputs(std::span<const JobId> jobs, const StageChain& chain,
                                EdgeOrders& orders) const {
  if (!copies_) return;
  std::byte* row = chain.input().data;
  for (const JobId job : jobs) {
    const at::Tensor& input = models_->input_of(job);
    add(orders, &EdgeOrders::loads, row, input.const_data_ptr(), input.nbytes());
    row += input.nbytes();
  }
}

void SlotLauncher::order_loads(const LaunchStage& launch, const StageChain& chain, EdgeOrders& orders) {
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    const std::size_t inputs = tasks_[job.task.at()].inputs;
    const std::byte* const frame = places_.put(job).frame;
    DARIS_CHECK(frame != nullptr);
    for (const StageChain::Kept& kept : chain.left_by(launch.stage.at() - 1)) {
      add(orders, &EdgeOrders::loads, kept.rows.data + row * kept.rows.row_bytes,
          frame + inputs * kept.frame_offset, inputs * kept.rows.row_bytes);
    }
    row += inputs;
  }
}

cudaError_t SlotLauncher::order_stores(const LaunchStage& launch, const StageChain& chain,
                                       EdgeOrders& orders) {
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    const std::size_t inputs = tasks_[job.task.at()].inputs;
    JobPlace& place = places_.put(job);
    if (!give_frame(place)) return cudaErrorMemoryAllocation;
    for (const StageChain::Kept& kept : chain.left_by(launch.stage.at())) {
      if (!kept.fresh) continue;
      add(orders, &EdgeOrders::stores, place.frame + inputs * kept.frame_offset,
          kept.rows.data + row * kept.rows.row_bytes, inputs * kept.rows.row_bytes);
    }
    row += inputs;
  }
  return cudaSuccess;
}

void SlotLauncher::order_output(std::span<const JobId> jobs, const StageChain& chain,
                                EdgeOrders& orders) const {
  if (!copies_) return;
  std::size_t rows = 0;
  for (const JobId job : jobs) rows += tasks_[job.task.at()].inputs;
  add(orders, &EdgeOrders::stores, chain.output().data_ptr(), chain.output_rows().data,
      rows * chain.output_rows().row_bytes);
}

void SlotLauncher::end(SlotId slot) {
  Slot& ended = slots_[slot.at()];
  if (!ended.last_stage) return;
  ended.occupancy.left(ended.seat);
  const Seat& seat = ended.seats[ended.seat];
  const at::Tensor& rows = seat.chain->output();
  std::int64_t row = 0;
  for (const JobId job : seat.jobs) {
    const std::int64_t inputs = tasks_[job.task.at()].inputs;
    if (output && rows.defined()) output(job, rows.narrow(0, row, inputs));
    row += inputs;
    drop(job);
  }
}

void SlotLauncher::drop(JobId job) {
  const JobPlace* const place = places_.find(job);
  if (place == nullptr) return;
  if (place->frame != nullptr) tasks_[job.task.at()].frames->give_back(place->frame);
  places_.erase(job);
}

// Frames of its jobs may still be written to: they are left out until everything has ended.
void SlotLauncher::abandon(ContextId context) {
  places_.erase_if(
      [&](const JobPlace& place) { return place.slot / streams_per_context_ == context.value(); });
}

void SlotLauncher::reset() {
  places_.clear();
  for (auto& [bytes, pool] : pools_) pool->take_all_back();
  for (Slot& slot : slots_) {
    slot.occupancy.clear();
    for (Seat& seat : slot.seats) seat.jobs.clear();
  }
}

}  // namespace daris
