#include "profiles/profiler/gpu/bench.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "gpu/check.h"
#include "gpu/driver.h"
#include "gpu/gpu_facts.h"
#include "gpu/graph_capture.h"
#include "gpu/probe.h"
#include "profiles/partition.h"
#include "profiles/profiler/gpu/launch_timer.h"
#include "profiles/profiler/plan.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

// A profile that holds one batch of one model.
Profile profile_of(const StagedModel& model, const WorkUnit& unit, BatchProfile batch) {
  batch.batch = unit.batch;
  Profile profile;
  profile.models.push_back(describe_model(model, unit.precision));
  profile.models.back().batches.push_back(std::move(batch));
  return profile;
}

}  // namespace

Bench::Bench(int device, BenchStreams streams)
    : device_(device), under_mps_(streams == BenchStreams::kMps), store_(device) {
  DARIS_CUDA(cudaSetDevice(device));
  const GpuFacts facts = gpu_facts(device);
  l2_bytes_ = facts.l2_bytes;
  if (under_mps_) {
    machine_.sms = facts.sms;
  } else {
    auto green = std::make_unique<GreenMachine>(device);
    machine_ = green->shape();
    if (streams == BenchStreams::kGreen) green_ = std::move(green);
  }
  granted_sms_ = static_cast<std::uint32_t>(sms_of_stream(plain_stream(0)).size());
}

CUstream Bench::plain_stream(std::uint32_t index) {
  while (plain_streams_.size() <= index) {
    cudaStream_t stream = nullptr;
    DARIS_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    plain_streams_.push_back(stream);
  }
  return plain_streams_[index];
}

CUstream Bench::whole_stream() { return green_ ? green_->quota_stream(machine_.sms) : plain_stream(0); }

CUstream Bench::choice_stream(const WorkUnit& unit) {
  if (!green_ || unit.backend != Backend::kGreen) return whole_stream();
  switch (unit.measurement) {
    case Measurement::kTimes: return green_->quota_stream(unit.sms);
    case Measurement::kNeighbours:
    case Measurement::kSaturation: return slot_streams(unit).front();
    default: return whole_stream();
  }
}

const StagedModel& Bench::ready_model(const WorkUnit& unit) {
  store_.warm_up(unit.model, unit.precision, unit.batch, choice_stream(unit));
  return store_.use(unit.model, unit.precision, unit.batch);
}

Profile Bench::times(const WorkUnit& unit, std::uint32_t samples) {
  const StagedModel& model = ready_model(unit);
  TimesAlone times;
  times.backend = unit.backend;
  times.sms = under_mps_ ? granted_sms_ : unit.sms;
  if (under_mps_) times.mps_percentage = unit.mps_percentage;
  {
    const CUstream stream = under_mps_ ? plain_stream(0) : green_->quota_stream(unit.sms);
    const SlotGraphs graphs(model, unit.batch, stream, device_, Capture::kBoth);
    times.stages = timer_.measure(stream, graphs.chain(true), samples);
    times.whole = timer_.measure(stream, graphs.chain(false), samples).front();
  }
  release_graph_memory();
  BatchProfile batch;
  batch.times.push_back(std::move(times));
  return profile_of(model, unit, std::move(batch));
}

Profile Bench::cold(const WorkUnit& unit, std::uint32_t samples) {
  const StagedModel& model = ready_model(unit);
  // So many copies that three times the L2 cache has gone by before a copy runs again.
  const auto copies = static_cast<std::size_t>(
      std::clamp<std::int64_t>(3 * l2_bytes_ / std::max<std::int64_t>(model.weight_bytes(), 1) + 1, 3, 16));
  const std::vector<StagedModel>& others = store_.copies(unit.model, unit.precision, unit.batch, copies);
  const CUstream stream = whole_stream();
  std::vector<Samples> stages(model.stages());
  {
    std::vector<std::unique_ptr<SlotGraphs>> graphs;
    graphs.reserve(copies);
    for (std::size_t copy = 0; copy < copies; ++copy)
      graphs.push_back(
          std::make_unique<SlotGraphs>(others[copy], unit.batch, stream, device_, Capture::kStages));
    for (const auto& graph : graphs) timer_.round(stream, graph->stages(), {});
    const std::size_t rounds = (std::max<std::size_t>(samples, 2 * copies) + copies - 1) / copies * copies;
    for (std::size_t round = 0; round < rounds; ++round)
      timer_.round(stream, graphs[round % copies]->stages(), stages);
  }
  release_graph_memory();
  BatchProfile batch;
  batch.cold_stages = std::move(stages);
  return profile_of(model, unit, std::move(batch));
}

Profile Bench::neighbours(const WorkUnit& unit, std::uint32_t samples) {
  store_.warm_up(unit.model, unit.precision, unit.batch, choice_stream(unit));
  if (!under_mps_) neighbour(unit);  // nothing else may run while algorithms are tried
  NeighbourTime time;
  time.model = profiled_name(unit.model);
  time.precision = unit.precision;
  time.batch = unit.batch;
  time.neighbour_model = profiled_name(unit.neighbour_model);
  time.neighbour_precision = unit.neighbour_precision;
  time.neighbour_batch = unit.neighbour_batch;
  time.shape = unit.shape();
  {
    const std::vector<CUstream> streams = slot_streams(unit);
    const SlotGraphs victim(store_.use(unit.model, unit.precision, unit.batch), unit.batch, streams[0],
                            device_, Capture::kStages);
    // Under MPS the neighbours are other processes.
    std::optional<BusySlots> busy;
    if (!under_mps_)
      busy.emplace(neighbour(unit), unit.neighbour_batch, std::span(streams).subspan(1), device_);
    time.stages = timer_.measure(streams[0], victim.stages(), std::max<std::uint32_t>(samples, 30));
    if (busy) busy->end();
  }
  release_graph_memory();
  Profile profile;
  profile.neighbours.push_back(std::move(time));
  return profile;
}

const StagedModel& Bench::neighbour(const WorkUnit& unit) {
  store_.warm_up(unit.neighbour_model, unit.neighbour_precision, unit.neighbour_batch, choice_stream(unit));
  return store_.use(unit.neighbour_model, unit.neighbour_precision, unit.neighbour_batch);
}

void Bench::begin_busy(const WorkUnit& unit) {
  const StagedModel& model = neighbour(unit);
  busy_ = std::make_unique<BusySlots>(model, unit.neighbour_batch, slot_streams(unit), device_);
}

void Bench::end_busy() {
  {
    const std::unique_ptr<BusySlots> busy = std::move(busy_);
    busy->end();
  }
  release_graph_memory();
}

Profile Bench::launch(const WorkUnit& unit) {
  const CUstream stream = unit.backend == Backend::kGreen ? whole_stream() : plain_stream(0);
  Profile profile;
  profile.launch_costs.push_back(measure_launch(stream, timer_));
  profile.launch_costs.back().backend = unit.backend;
  return profile;
}

std::vector<CUstream> Bench::slot_streams(const WorkUnit& unit) {
  std::vector<CUstream> streams;
  if (unit.backend != Backend::kGreen) {
    const std::uint32_t count = unit.backend == Backend::kMps ? unit.streams : unit.contexts * unit.streams;
    for (std::uint32_t index = 0; index < count; ++index) streams.push_back(plain_stream(index));
    return streams;
  }
  const MachineShape machine = confined(machine_, unit.sms);
  const auto grants = make_partition(machine, unit.shape());
  if (!grants.ok()) throw GpuError(grants.error().message);
  for (std::uint32_t context = 0; context < unit.contexts; ++context)
    for (std::uint32_t index = 0; index < unit.streams; ++index) {
      const ContextGrant& grant = grants.value()[context];
      streams.push_back(
          green_->window_stream({context, grant.first_group, grant.groups, machine.groups}, index));
    }
  return streams;
}

void Bench::prepare_saturation(const WorkUnit& unit) {
  saturation_slots_.clear();
  saturation_graphs_.clear();
  store_.warm_up(unit.model, unit.precision, unit.batch, choice_stream(unit));
  const std::vector<CUstream> streams = slot_streams(unit);
  // With own weights each slot serves two tasks alternately: before one of them runs again, the weights of
  // all others have gone through the cache.
  constexpr std::size_t kTasksPerSlot = 2;
  const bool own = unit.weights == Weights::kOwn;
  for (std::size_t slot = 0; slot < streams.size(); ++slot) {
    saturation_slots_.push_back({streams[slot], {}});
    for (std::size_t task = 0; task < (own ? kTasksPerSlot : 1); ++task) {
      const StagedModel& model =
          own ? store_.copies(unit.model, unit.precision, unit.batch,
                              streams.size() * kTasksPerSlot)[slot * kTasksPerSlot + task]
              : store_.use(unit.model, unit.precision, unit.batch);
      saturation_graphs_.push_back(std::make_unique<SlotGraphs>(
          model, unit.batch, streams[slot], device_, unit.staged ? Capture::kStages : Capture::kWhole));
      saturation_slots_.back().jobs.push_back(saturation_graphs_.back()->chain(unit.staged));
    }
  }
}

double Bench::run_saturation() {
  const double jobs_per_s = closed_loop_jobs_per_s(saturation_slots_, LoopWindow{});
  saturation_slots_.clear();
  saturation_graphs_.clear();
  release_graph_memory();
  return jobs_per_s;
}

}  // namespace daris
