#include "runtime/gpu/slot_launcher.h"

#include <algorithm>

#include "base/check.h"
#include "policy/decision.h"

namespace daris {
namespace {

void add(EdgeOrders& orders, std::uint32_t EdgeOrders::*kind, void* to, const void* from, std::size_t bytes) {
  const std::uint32_t so_far = orders.saves + orders.loads + orders.stores;
  DARIS_CHECK(so_far < EdgeOrders::kCopiesMax);
  orders.copies[so_far] = {to, from, bytes};
  ++(orders.*kind);
}

}  // namespace

SlotLauncher::SlotLauncher(ChainStore& store, const LauncherRequest& request)
    : store_(store),
      setup_(store, request),
      models_(request.models),
      streams_per_context_(request.streams_per_context),
      copies_(request.copies),
      slots_(store.slots()),
      places_(setup_.tasks()) {
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    Slot& slot = slots_[index];
    slot.occupancy = SlotOccupancy(setup_.held_seats_max());
    for (StageChain* const chain : setup_.chains(index)) {
      Seat& seat = slot.seats.emplace_back();
      seat.chain = chain;
      if (chain != nullptr) seat.jobs.reserve(chain->batch());
    }
  }
  displaced_.reserve(setup_.displaced_max());
  if (request.early_inputs && copies_) early_ = std::make_unique<EarlyInputs>(models_, setup_.tasks());
}

cudaError_t SlotLauncher::launch(const LaunchStage& launch) {
  const std::uint32_t index = launch.slot.value();
  Slot& slot = slots_[index];
  const std::size_t seat_at = setup_.seat_of(setup_.task(launch.jobs.front().task), launch.batch);
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

// This comes only after the launch has succeeded. If a launch fails, all is where it was.
void SlotLauncher::note_launch(const LaunchStage& launch, Slot& slot, std::size_t seat_at) {
  Seat& seat = slot.seats[seat_at];
  for (const JobId job : displaced_) places_.put(job).chain = nullptr;
  slot.occupancy.launched(seat_at, seat.chain->memory());
  slot.seat = seat_at;
  slot.first_stage = launch.stage.value() == 0;
  slot.last_stage = launch.stage.at() + 1 == seat.chain->stages();
  if (slot.first_stage) forget_inputs(launch.jobs);
  seat.jobs.assign(launch.jobs.begin(), launch.jobs.end());
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    JobPlace& place = places_.put(job);
    place.slot = launch.slot.value();
    place.after = launch.stage;
    place.chain = seat.chain;
    place.row = row_of(job, row);
    row += inputs_of(job);
  }
  DARIS_CHECK(row <= launch.batch);
}

cudaError_t SlotLauncher::write_orders(const LaunchStage& launch, const Seat& seat) {
  const StageChain& chain = *seat.chain;
  EdgeOrders& orders = store_.edges().orders(launch.slot.at());
  orders.saves = orders.loads = orders.stores = 0;
  const bool stays = launch.stage.value() > 0 && in_place(launch, seat);
  find_displaced(launch, seat, stays);
  if (setup_.keeping() == Keeping::kWhenDisplaced) {
    const cudaError_t status = order_saves(orders);
    if (status != cudaSuccess) return status;
  }
  if (launch.stage.value() == 0) {
    order_inputs(launch.jobs, chain, orders);
  } else if (!stays) {
    order_loads(launch, chain, orders);
  }
  if (launch.stage.at() + 1 < chain.stages())
    return setup_.keeping() == Keeping::kAlways ? order_stores(launch, chain, orders) : cudaSuccess;
  order_output(launch.jobs, chain, orders);
  return cudaSuccess;
}

bool SlotLauncher::give_frame(JobPlace& place) {
  if (place.frame == nullptr) place.frame = setup_.task(place.job.task).frames->take();
  return place.frame != nullptr;
}

// True if the chain's last launch was of these jobs, and they have been nowhere else since.
bool SlotLauncher::in_place(const LaunchStage& launch, const Seat& seat) {
  if (!std::equal(launch.jobs.begin(), launch.jobs.end(), seat.jobs.begin(), seat.jobs.end())) return false;
  return std::all_of(launch.jobs.begin(), launch.jobs.end(),
                     [&](JobId job) { return places_.put(job).chain == seat.chain; });
}

// Collects the jobs that are not in place any more after the launch. Either what they left is written over,
// or they are the launch's own and change chains.
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

// Does nothing if the job is not in place on `chain`. If `chain` is null, any chain counts.
void SlotLauncher::note_displaced(JobId job, const StageChain* chain) {
  const JobPlace* const place = places_.find(job);
  if (place == nullptr || place->chain == nullptr || (chain != nullptr && place->chain != chain)) return;
  if (std::find(displaced_.begin(), displaced_.end(), job) == displaced_.end()) displaced_.push_back(job);
}

cudaError_t SlotLauncher::order_saves(EdgeOrders& orders) {
  for (const JobId job : displaced_) {
    JobPlace& place = places_.put(job);
    if (!give_frame(place)) return cudaErrorMemoryAllocation;
    const std::size_t inputs = inputs_of(job);
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
  const auto [data, row_bytes] = chain.input();
  std::size_t row = 0;
  for (const JobId job : jobs) {
    const std::size_t inputs = inputs_of(job);
    add(orders, &EdgeOrders::loads, data + row_of(job, row) * row_bytes, place_of_input(job),
        inputs * row_bytes);
    row += inputs;
  }
}

const void* SlotLauncher::place_of_input(JobId job) const {
  const std::byte* const copied = early_ == nullptr ? nullptr : early_->find(job);
  return copied != nullptr ? copied : models_->input_of(job).const_data_ptr();
}

// An input that was not there yet will not be read from its row.
void SlotLauncher::forget_inputs(std::span<const JobId> jobs) {
  if (early_ == nullptr) return;
  for (const JobId job : jobs) {
    if (early_->find(job) == nullptr) early_->forget(job);
  }
}

void SlotLauncher::order_loads(const LaunchStage& launch, const StageChain& chain, EdgeOrders& orders) {
  std::size_t row = 0;
  for (const JobId job : launch.jobs) {
    const std::size_t inputs = inputs_of(job);
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
    const std::size_t inputs = inputs_of(job);
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
  for (const JobId job : jobs) rows += inputs_of(job);
  if (setup_.task(jobs.front().task).member) rows = chain.batch();  // the jobs are anywhere in it
  add(orders, &EdgeOrders::stores, chain.output().data_ptr(), chain.output_rows().data,
      rows * chain.output_rows().row_bytes);
}

void SlotLauncher::end(SlotId slot) {
  Slot& ended = slots_[slot.at()];
  if (ended.first_stage && early_ != nullptr) {
    for (const JobId job : ended.seats[ended.seat].jobs) early_->forget(job);
  }
  if (!ended.last_stage) return;
  ended.occupancy.left(ended.seat);
  const Seat& seat = ended.seats[ended.seat];
  const at::Tensor& rows = seat.chain->output();
  std::int64_t row = 0;
  for (const JobId job : seat.jobs) {
    const std::int64_t inputs = inputs_of(job);
    const auto first = static_cast<std::int64_t>(row_of(job, static_cast<std::size_t>(row)));
    if (output && rows.defined()) output(job, rows.narrow(0, first, inputs));
    row += inputs;
    drop(job);
  }
}

void SlotLauncher::drop(JobId job) {
  if (early_ != nullptr) early_->forget(job);
  const JobPlace* const place = places_.find(job);
  if (place == nullptr) return;
  if (place->frame != nullptr) setup_.task(job.task).frames->give_back(place->frame);
  places_.erase(job);
}

// Frames of its jobs may still be written to, so they are given back only by reset().
void SlotLauncher::abandon(ContextId context) {
  places_.erase_if(
      [&](const JobPlace& place) { return place.slot / streams_per_context_ == context.value(); });
}

void SlotLauncher::reset() {
  places_.clear();
  if (early_ != nullptr) early_->clear();
  setup_.take_frames_back();
  for (Slot& slot : slots_) {
    slot.occupancy.clear();
    for (Seat& seat : slot.seats) seat.jobs.clear();
  }
}

}  // namespace daris
