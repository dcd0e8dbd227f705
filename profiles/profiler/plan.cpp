#include "profiles/profiler/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "workloads/merged_networks.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

constexpr std::uint32_t kOne = 1000;  // an oversubscription ratio of 1
// The larger batch whose kernels, traffic and cold weights are measured.
constexpr std::uint32_t kDetailBatch = 8;

// Says how often the SMs are cut, in contexts of one stream.
struct Cut {
  std::uint32_t contexts;
  std::uint32_t oversubscription_milli;
};
constexpr Cut kLoadShape = {kSaturationContexts, 2 * kOne};
// These shapes tell apart what a contention model has to explain. OS 1 is isolation: bandwidth and L2 alone.
// At OS 2 neighbouring windows overlap. In a free-for-all every context sees the whole GPU.
constexpr std::array<Cut, 5> kNeighbourShapes = {
    {{8, 2 * kOne}, {8, kOne}, {4, 2 * kOne}, {4, 4 * kOne}, {6, 6 * kOne}}};
constexpr std::array<Cut, 2> kCrossShapes = {{{8, 2 * kOne}, {6, 6 * kOne}}};
constexpr Cut kPlainShape = {8, 8 * kOne};  // of streams without partitions
constexpr std::array<Cut, 4> kMpsShapes = {{{4, kOne}, {4, 2 * kOne}, {6, 2 * kOne}, {8, kOne}}};

struct Kind {
  std::string model;
  Precision precision;
  std::optional<std::uint32_t> own_batch;  // of a model of one's own: its packages take no other
};

// A model of one's own is of one kind, whatever `precision` is asked for.
Kind kind_of(const std::string& model, Precision precision) {
  const Result<const ModelInfo*> network = find_network(model);
  const PackagedModel* const own = network.ok() ? network.value()->packages : nullptr;
  return own == nullptr ? Kind{model, precision, std::nullopt} : Kind{model, own->precision, own->batch};
}

// A batch of a merged network has an image for each member, or several for each. A model of one's own has no
// copies with weights of their own.
bool fits_network(const WorkUnit& unit, const std::string& model, std::uint32_t batch) {
  const Result<const ModelInfo*> network = find_network(model);
  if (!network.ok()) return true;
  const PackagedModel* const own = network.value()->packages;
  if (own == nullptr) return batch % network.value()->members == 0;
  return unit.measurement != Measurement::kCold && unit.weights != Weights::kOwn;
}

bool fits_networks(const WorkUnit& unit) {
  if (unit.measurement == Measurement::kLaunch) return true;
  return fits_network(unit, unit.model, unit.batch) &&
         (unit.measurement != Measurement::kNeighbours ||
          fits_network(unit, unit.neighbour_model, unit.neighbour_batch));
}

class Planner {
 public:
  Planner(const ProfilerOptions& options, const MachineShape& machine)
      : options_(options), machine_(machine), sms_(options.machine_sms.value_or(machine.sms)) {
    for (const Precision precision : options.precisions)
      for (const std::string& model : options.models) add_kind(kind_of(model, precision));
    batches_ = options.batches;
    std::sort(batches_.begin(), batches_.end());
    batches_.erase(std::unique(batches_.begin(), batches_.end()), batches_.end());
  }

  std::vector<WorkUnit> plan() {
    constexpr std::size_t kSmallest = 0;
    const std::size_t detailed = static_cast<std::size_t>(
        std::find(batches_.begin(), batches_.end(), kDetailBatch) - batches_.begin());
    const bool detail_twice = detailed != kSmallest && detailed < batches_.size();
    launch();
    begin_part();
    times_by_green(kSmallest);
    begin_part();
    load_shape(kSmallest);
    own_weights(kSmallest);
    begin_part();
    neighbours(kSmallest);
    detail(Measurement::kCold, kSmallest);
    begin_part();
    further_shapes(kSmallest);
    begin_part();
    detail(Measurement::kKernels, kSmallest);
    detail(Measurement::kTraffic, kSmallest);
    begin_part();
    for (std::size_t size = 1; size < batches_.size(); ++size) times_by_green(size);
    begin_part();
    for (std::size_t size = 1; size < batches_.size(); ++size) load_shape(size);
    if (detail_twice) {
      detail(Measurement::kCold, detailed);
      neighbours_alike(detailed, kCrossShapes);
    }
    begin_part();
    mps(kSmallest);
    if (detail_twice) {
      detail(Measurement::kKernels, detailed);
      detail(Measurement::kTraffic, detailed);
    }
    for (const std::uint32_t percentage : mps_percentages(machine_))
      for (std::size_t size = 1; size < batches_.size(); ++size) times_by_mps(percentage, size);
    return std::move(units_);
  }

 private:
  // Ends a part of the plan. In each, units that choose their algorithms in as many SMs stand together.
  void begin_part() {
    std::stable_sort(units_.begin() + static_cast<std::ptrdiff_t>(part_), units_.end(),
                     [&](const WorkUnit& a, const WorkUnit& b) {
                       return choice_sms(a, machine_) < choice_sms(b, machine_);
                     });
    part_ = units_.size();
  }

  void add(const WorkUnit& unit) {
    if (!wants(options_, unit.measurement) || !wants(options_, unit.backend) || !fits_networks(unit)) return;
    // The order of a plan counts. If two of its parts ask for a unit, it stands where the first one asks for
    // it.
    if (std::find(units_.begin(), units_.end(), unit) == units_.end()) units_.push_back(unit);
  }

  void add_kind(const Kind& kind) {
    const auto same = [&](const Kind& other) {
      return other.model == kind.model && other.precision == kind.precision;
    };
    if (std::none_of(kinds_.begin(), kinds_.end(), same)) kinds_.push_back(kind);
  }

  // Sizes are places in `batches_`. A kind of one batch alone has it at each of them; add() takes it once.
  std::uint32_t batch_of(const Kind& kind, std::size_t size) const {
    return kind.own_batch.value_or(batches_[size]);
  }

  WorkUnit unit_of(Measurement measurement, const Kind& kind, std::size_t size) const {
    WorkUnit unit;
    unit.measurement = measurement;
    unit.model = kind.model;
    unit.precision = kind.precision;
    unit.batch = batch_of(kind, size);
    return unit;
  }

  WorkUnit load_unit(const Kind& kind, std::size_t size) const {
    WorkUnit unit = unit_of(Measurement::kSaturation, kind, size);
    unit.contexts = kLoadShape.contexts;
    unit.oversubscription_milli = kLoadShape.oversubscription_milli;
    unit.sms = sms_;
    return unit;
  }

  void launch() {
    for (const Backend backend : {Backend::kGreen, Backend::kStreams}) {
      WorkUnit unit;
      unit.measurement = Measurement::kLaunch;
      unit.backend = backend;
      add(unit);
    }
  }

  void times_by_green(std::size_t size) {
    for (const Kind& kind : kinds_)
      for (const std::uint32_t quota : options_.quotas) {
        WorkUnit unit = unit_of(Measurement::kTimes, kind, size);
        unit.sms = quota == 0 ? machine_.sms : quota;
        add(unit);
      }
  }

  void times_by_mps(std::uint32_t percentage, std::size_t size) {
    for (const Kind& kind : kinds_) {
      WorkUnit unit = unit_of(Measurement::kTimes, kind, size);
      unit.backend = Backend::kMps;
      unit.mps_percentage = percentage;
      add(unit);
    }
  }

  void load_shape(std::size_t size) {
    for (const Kind& kind : kinds_) {
      WorkUnit unit = load_unit(kind, size);
      add(unit);
      unit.staged = false;
      add(unit);
      // Plain streams can't be confined to a part of the machine.
      if (sms_ != machine_.sms) continue;
      unit = load_unit(kind, size);
      unit.backend = Backend::kStreams;
      unit.oversubscription_milli = unit.contexts * kOne;
      add(unit);
    }
  }

  // Beside neighbours of its own kind.
  template <std::size_t kCount>
  void neighbours_alike(std::size_t size, const std::array<Cut, kCount>& shapes) {
    for (const Kind& kind : kinds_)
      for (const Cut& shape : shapes) add(neighbour_unit(kind, kind, size, shape));
  }

  void neighbours(std::size_t size) {
    neighbours_alike(size, kNeighbourShapes);
    for (const Kind& kind : kinds_) {
      WorkUnit unit = neighbour_unit(kind, kind, size, kPlainShape);
      unit.backend = Backend::kStreams;
      add(unit);
    }
    for (const Kind& victim : kinds_)
      for (const Kind& other : kinds_) {
        const bool pair = victim.precision == other.precision && victim.model != other.model &&
                          (victim.model == "resnet18" || other.model == "resnet18" || other.model == "unet");
        if (!pair) continue;
        for (const Cut& shape : kCrossShapes) add(neighbour_unit(victim, other, size, shape));
      }
  }

  WorkUnit neighbour_unit(const Kind& victim, const Kind& other, std::size_t size, const Cut& shape) const {
    WorkUnit unit = unit_of(Measurement::kNeighbours, victim, size);
    unit.neighbour_model = other.model;
    unit.neighbour_precision = other.precision;
    unit.neighbour_batch = batch_of(other, size);
    unit.contexts = shape.contexts;
    unit.oversubscription_milli = shape.oversubscription_milli;
    return unit;
  }

  void own_weights(std::size_t size) {
    for (const Kind& kind : kinds_) {
      WorkUnit unit = load_unit(kind, size);
      unit.weights = Weights::kOwn;
      add(unit);
    }
  }

  void detail(Measurement measurement, std::size_t size) {
    for (const Kind& kind : kinds_) add(unit_of(measurement, kind, size));
  }

  void mps(std::size_t size) {
    const std::vector<std::uint32_t> timed = mps_percentages(machine_);
    std::set<std::uint32_t> percentages(timed.begin(), timed.end());
    percentages.insert(shape_percentage(kLoadShape));
    for (const Cut& shape : kMpsShapes) percentages.insert(shape_percentage(shape));
    for (const std::uint32_t percentage : percentages) {
      if (std::binary_search(timed.begin(), timed.end(), percentage)) times_by_mps(percentage, size);
      if (percentage == 100) {
        WorkUnit unit;
        unit.measurement = Measurement::kLaunch;
        unit.backend = Backend::kMps;
        add(unit);
      }
      if (sms_ == machine_.sms) mps_saturation(percentage, size);
    }
  }

  void mps_saturation(std::uint32_t percentage, std::size_t size) {
    for (const Kind& kind : kinds_) {
      WorkUnit unit = load_unit(kind, size);
      unit.backend = Backend::kMps;
      if (shape_percentage(kLoadShape) == percentage) {
        WorkUnit beside = neighbour_unit(kind, kind, size, kLoadShape);
        beside.backend = Backend::kMps;
        add(beside);
        add(unit);
        unit.weights = Weights::kOwn;
        add(unit);
        unit.weights = Weights::kShared;
      }
      for (const Cut& shape : kMpsShapes) {
        if (shape_percentage(shape) != percentage || kind.precision == Precision::kFp16) continue;
        unit.contexts = shape.contexts;
        unit.oversubscription_milli = shape.oversubscription_milli;
        add(unit);
      }
    }
  }

  std::uint32_t shape_percentage(const Cut& shape) const {
    const auto grants =
        make_partition(machine_, {Backend::kMps, shape.contexts, 1, shape.oversubscription_milli});
    return grants.ok() ? grants.value().front().mps_percentage : 0;
  }

  void further_shapes(std::size_t size) {
    for (const Kind& kind : kinds_)
      for (const std::uint32_t contexts : {1U, 2U, 4U, 6U, 8U})
        for (const std::uint32_t oversubscription_milli : {kOne, 3 * kOne / 2, 2 * kOne, contexts * kOne})
          for (const std::uint32_t streams : {1U, 2U}) {
            if (oversubscription_milli > contexts * kOne) continue;
            WorkUnit unit = load_unit(kind, size);
            unit.contexts = contexts;
            unit.streams = streams;
            unit.oversubscription_milli = oversubscription_milli;
            add(unit);
          }
  }

  const ProfilerOptions& options_;
  const MachineShape machine_;
  const std::uint32_t sms_;
  std::vector<Kind> kinds_;
  std::vector<std::uint32_t> batches_;
  std::vector<WorkUnit> units_;
  std::size_t part_ = 0;  // where the last part begins
};

bool enough(const Samples& samples, std::uint32_t least) { return samples.ns.size() >= least; }

bool enough(const std::vector<Samples>& stages, std::uint32_t least) {
  return !stages.empty() && std::all_of(stages.begin(), stages.end(),
                                        [&](const Samples& stage) { return enough(stage, least); });
}

const BatchProfile* find_batch(const Profile& profile, const WorkUnit& unit) {
  for (const ModelProfile& model : profile.models)
    if (model.model == unit.model && model.precision == unit.precision)
      for (const BatchProfile& batch : model.batches)
        if (batch.batch == unit.batch) return &batch;
  return nullptr;
}

bool has_times(const BatchProfile& batch, const WorkUnit& unit, std::uint32_t samples) {
  return std::any_of(batch.times.begin(), batch.times.end(), [&](const TimesAlone& times) {
    const bool same =
        times.backend == unit.backend &&
        (unit.backend == Backend::kMps ? times.mps_percentage == unit.mps_percentage : times.sms == unit.sms);
    return same && enough(times.whole, samples) && enough(times.stages, samples);
  });
}

bool has_saturation(const Profile& profile, const WorkUnit& unit) {
  return std::any_of(profile.saturations.begin(), profile.saturations.end(), [&](const Saturation& other) {
    return other.model == unit.model && other.precision == unit.precision && other.batch == unit.batch &&
           other.weights == unit.weights && other.staged == unit.staged && other.shape == unit.shape();
  });
}

bool has_neighbours(const Profile& profile, const WorkUnit& unit, std::uint32_t samples) {
  return std::any_of(profile.neighbours.begin(), profile.neighbours.end(), [&](const NeighbourTime& other) {
    return other.model == unit.model && other.precision == unit.precision && other.batch == unit.batch &&
           other.neighbour_model == unit.neighbour_model &&
           other.neighbour_precision == unit.neighbour_precision &&
           other.neighbour_batch == unit.neighbour_batch && other.shape == unit.shape() &&
           enough(other.stages, samples);
  });
}

}  // namespace

Result<std::vector<WorkUnit>> make_plan(const ProfilerOptions& options, const MachineShape& machine) {
  for (const std::uint32_t quota : options.quotas)
    if (quota > machine.sms || (quota != 0 && quota != machine.sms && quota % machine.group_sms != 0))
      return Error{
          fmt::format("--quotas: {} SMs can't be given on this GPU: it has {} SMs, in groups of {}; want a "
                      "multiple of the group, or all",
                      quota, machine.sms, machine.group_sms)};
  if (const std::uint32_t sms = options.machine_sms.value_or(machine.sms);
      sms != machine.sms && (sms > machine.sms || sms % machine.group_sms != 0))
    return Error{fmt::format("--sms: the machine can't be confined to {} SMs: it has {} SMs, in groups of {}",
                             sms, machine.sms, machine.group_sms)};
  return Planner(options, machine).plan();
}

bool is_measured(const Profile& profile, const WorkUnit& wanted, std::uint32_t samples) {
  WorkUnit unit = wanted;
  unit.model = profiled_name(wanted.model);
  unit.neighbour_model = profiled_name(wanted.neighbour_model);
  if (unit.measurement == Measurement::kLaunch)
    return std::any_of(profile.launch_costs.begin(), profile.launch_costs.end(),
                       [&](const LaunchCosts& costs) { return costs.backend == unit.backend; });
  if (unit.measurement == Measurement::kSaturation) return has_saturation(profile, unit);
  if (unit.measurement == Measurement::kNeighbours) return has_neighbours(profile, unit, samples);
  const BatchProfile* batch = find_batch(profile, unit);
  if (batch == nullptr) return false;
  switch (unit.measurement) {
    case Measurement::kTimes: return has_times(*batch, unit, samples);
    case Measurement::kKernels: return batch->kernels.has_value();
    case Measurement::kTraffic: return batch->traffic.has_value();
    default: return batch->cold_stages.has_value() && enough(*batch->cold_stages, samples);
  }
}

MachineShape confined(MachineShape machine, std::uint32_t sms) {
  if (sms == 0 || sms == machine.sms) return machine;
  machine.sms = sms;
  machine.groups = sms / machine.group_sms;
  return machine;
}

std::uint32_t choice_sms(const WorkUnit& unit, const MachineShape& machine) {
  if (unit.backend != Backend::kGreen) return machine.sms;
  switch (unit.measurement) {
    case Measurement::kTimes: return unit.sms;
    case Measurement::kNeighbours:
    case Measurement::kSaturation: {
      const auto grants = make_partition(confined(machine, unit.sms), unit.shape());
      return grants.ok() ? grants.value().front().granted_sms : machine.sms;
    }
    default: return machine.sms;
  }
}

std::vector<std::uint32_t> mps_percentages(const MachineShape& machine) {
  std::map<std::uint32_t, std::uint32_t> by_granted;
  for (const std::uint32_t contexts : {2U, 4U, 6U, 8U})
    for (const std::uint32_t oversubscription_milli : {kOne, 2 * kOne}) {
      const auto grants = make_partition(machine, {Backend::kMps, contexts, 1, oversubscription_milli});
      if (grants.ok())
        by_granted.emplace(grants.value().front().granted_sms, grants.value().front().mps_percentage);
    }
  std::vector<std::uint32_t> percentages;
  percentages.reserve(by_granted.size());
  for (const auto& [granted, percentage] : by_granted) percentages.push_back(percentage);
  return percentages;
}

}  // namespace daris
