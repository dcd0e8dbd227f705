#include "runtime/gpu/slot_launcher.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "policy/check.h"
#include "profiles/gpu/check.h"
#include "profiles/gpu/gpu_memory.h"
#include "profiles/gpu/graph_capture.h"

namespace daris {
namespace {

// More of them in one slot than can be expected; so many saves are not too many orders.
constexpr std::size_t kOccupiedMax = 32;

void add(EdgeOrders& orders, std::uint32_t EdgeOrders::*kind, void* to, const void* from, std::size_t bytes) {
  const std::uint32_t so_far = orders.saves + orders.loads + orders.stores;
  DARIS_CHECK(so_far < EdgeOrders::kCopiesMax);
  orders.copies[so_far] = {to, from, bytes};
  ++(orders.*kind);
}

Keeping keeping_for(const LauncherRequest& request) {
  const std::vector<std::uint32_t> stages = request.models->stages();
  if (std::all_of(stages.begin(), stages.end(), [](std::uint32_t count) { return count == 1; })) return Keeping::kNone;
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
  displaced_.reserve((kOccupiedMax + 2) * batches_.back());
  for (Slot& slot : slots_) slot.occupied.reserve(kOccupiedMax + 1);
  release_graph_memory();
  const std::size_t taken_before = taken_gpu_bytes();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    make_chains(slot);
    if (slot == 0) check_room(taken_before);
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
  if (batches_.back() >= EdgeOrders::kCopiesMax) {
    throw GpuError("batches of " + std::to_string(batches_.back()) + " inputs are too large; at most " +
                   std::to_string(EdgeOrders::kCopiesMax - 1));
  }
}

ChainModel SlotLauncher::model_of(TaskId task) const {
  return {&models_->of(task), models_->precision_of(task), models_->seed_of(task)};
}

// A task's own batch, and where batches are formed every size for every set of weights. The least urgent ones get the lowest ranks.
void SlotLauncher::make_chains(std::size_t slot) {
  Slot& made = slots_[slot];
  std::uint32_t weights = 0;
  for (const TaskWork& task : tasks_) weights = std::max(weights, task.weights + 1);
  made.seats.resize(std::size_t{weights} * batches_.size() * urgencies_);
  std::vector<std::uint32_t> order(tasks_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [this](std::uint32_t a, std::uint32_t b) { return tasks_[a].urgency > tasks_[b].urgency; });
  for (const std::uint32_t task : order) {
    for (const std::uint32_t batch : forms_batches_ ? batches_ : std::vector<std::uint32_t>{tasks_[task].inputs}) {
      Seat& seat = made.seats[seat_index(tasks_[task], batch)];
      if (seat.chain != nullptr) continue;
      seat.chain = &store_.chain(slot, tasks_[task].urgency, model_of(TaskId(task)), batch, copies_, keeping_);
      seat.jobs.reserve(batch);
    }
  }
}

// The other slots need what the first one took. Not counted is what other processes took meanwhile, what cuDNN needed to choose its
// algorithms, and what the driver keeps for the graphs themselves.
void SlotLauncher::check_room(std::size_t taken_before) const {
  release_graph_memory();
  const std::size_t taken = taken_gpu_bytes();
  const std::size_t each = taken > taken_before ? taken - taken_before : 0;
  const std::size_t needed = each * (slots_.size() - 1);
  const std::size_t free = free_gpu_bytes();
  if (needed <= free) return;
  throw GpuError("the graphs of " + std::to_string(slots_.size()) + " slots need about " + memory_text(each + needed) +
                 " of GPU memory, " + memory_text(each) + " a slot, and " + memory_text(each + free) +
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
  Seat& seat = slot.seats[seat_index(tasks_[launch.jobs.front().task.at()], launch.batch)];
  DARIS_CHECK(seat.chain != nullptr);
  if (const cudaError_t status = write_orders(launch, seat); status != cudaSuccess) return status;
  const cudaStream_t stream = store_.streams(index).launch;
  seat.jobs.assign(launch.jobs.begin(), launch.jobs.end());
  slot.seat = &seat;
  slot.last_stage = launch.stage.at() + 1 == seat.chain->stages();
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    JobPlace& place = places_.put(job);
    place.slot = index;
    place.after = launch.stage;
    place.chain = seat.chain;
    place.row = row;
    row += tasks_[job.task.at()].inputs;
  }
  DARIS_CHECK(row <= launch.batch);
  const EdgeOrders& orders = store_.edges().orders(index);
  const bool moves = orders.saves > 0 || (orders.loads > 0 && launch.stage.value() > 0);
  const cudaError_t status = cudaGraphLaunch(seat.chain->graph(launch.stage.at(), moves), stream);
  if (status == cudaSuccess) ++store_.launched(index);
  return status;
}

cudaError_t SlotLauncher::write_orders(const LaunchStage& launch, const Seat& seat) {
  const StageChain& chain = *seat.chain;
  EdgeOrders& orders = store_.edges().orders(launch.slot.at());
  orders.saves = orders.loads = orders.stores = 0;
  const bool stays = launch.stage.value() > 0 && in_place(launch, seat);
  if (const cudaError_t status = displace(launch, seat, stays, orders); status != cudaSuccess) return status;
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

// Of all whose place the launch takes: on its own chain, unless they are its own and stay; on chains of higher rank in the slot; and of
// its own jobs those that another chain holds. All have frames before anything is said to be in one: a launch that fails for want of
// memory leaves them where they are.
cudaError_t SlotLauncher::displace(const LaunchStage& launch, const Seat& seat, bool stays, EdgeOrders& orders) {
  std::vector<Occupied>& occupied = slots_[launch.slot.at()].occupied;
  const std::size_t rank = seat.chain->rank();
  const Seat* const oldest = occupied.size() < kOccupiedMax ? nullptr : occupied.front().seat;
  const auto makes_room = [&](const Occupied& held) { return held.rank >= rank || held.seat == oldest; };
  displaced_.clear();
  for (const Occupied& held : occupied)
    if (makes_room(held) && !(held.seat == &seat && stays)) note_displaced(*held.seat);
  for (const JobId job : launch.jobs) {
    JobPlace* const place = places_.find(job);
    if (place != nullptr && place->chain != nullptr && place->chain != seat.chain) displaced_.push_back(place);
  }
  if (keeping_ == Keeping::kWhenDisplaced) {
    for (JobPlace* const place : displaced_)
      if (!give_frame(*place)) return cudaErrorMemoryAllocation;
    for (JobPlace* const place : displaced_)
      if (place->chain != nullptr) order_save(*place, orders);
  }
  for (JobPlace* const place : displaced_) place->chain = nullptr;
  std::erase_if(occupied, makes_room);
  occupied.push_back({rank, &seat});
  return cudaSuccess;
}

void SlotLauncher::note_displaced(const Seat& seat) {
  for (const JobId job : seat.jobs) {
    JobPlace* const place = places_.find(job);
    if (place != nullptr && place->chain == seat.chain) displaced_.push_back(place);
  }
}

void SlotLauncher::order_save(JobPlace& place, EdgeOrders& orders) {
  const std::size_t inputs = tasks_[place.job.task.at()].inputs;
  for (const StageChain::Kept& kept : place.chain->left_by(place.after.at())) {
    add(orders, &EdgeOrders::saves, place.frame + inputs * kept.frame_offset,
        kept.rows.data + place.row * kept.rows.row_bytes, inputs * kept.rows.row_bytes);
  }
  place.chain = nullptr;  // it may stand in displaced_ twice
}

void SlotLauncher::order_inputs(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const {
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
      add(orders, &EdgeOrders::loads, kept.rows.data + row * kept.rows.row_bytes, frame + inputs * kept.frame_offset,
          inputs * kept.rows.row_bytes);
    }
    row += inputs;
  }
}

cudaError_t SlotLauncher::order_stores(const LaunchStage& launch, const StageChain& chain, EdgeOrders& orders) {
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

void SlotLauncher::order_output(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const {
  if (!copies_) return;
  std::size_t rows = 0;
  for (const JobId job : jobs) rows += tasks_[job.task.at()].inputs;
  add(orders, &EdgeOrders::stores, chain.output().data_ptr(), chain.output_rows().data,
      rows * chain.output_rows().row_bytes);
}

void SlotLauncher::end(SlotId slot) {
  Slot& ended = slots_[slot.at()];
  if (!ended.last_stage) return;
  std::erase_if(ended.occupied, [&](const Occupied& held) { return held.seat == ended.seat; });
  const at::Tensor& rows = ended.seat->chain->output();
  std::int64_t row = 0;
  for (const JobId job : ended.seat->jobs) {
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
  places_.erase_if([&](const JobPlace& place) { return place.slot / streams_per_context_ == context.value(); });
}

void SlotLauncher::reset() {
  places_.clear();
  for (auto& [bytes, pool] : pools_) pool->take_all_back();
  for (Slot& slot : slots_) {
    slot.occupied.clear();
    for (Seat& seat : slot.seats) seat.jobs.clear();
  }
}

}  // namespace daris
