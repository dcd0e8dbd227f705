#include "profiles/profiler/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace daris {
namespace {

auto key_of(const ModelProfile& model) { return std::tuple(model.model, model.precision); }
auto key_of(const BatchProfile& batch) { return batch.batch; }
auto key_of(const TimesAlone& times) {
  return std::tuple(times.backend, times.sms, times.mps_percentage.value_or(0));
}
auto key_of(const LaunchCosts& costs) { return costs.backend; }
auto key_of(const NeighbourTime& time) {
  return std::tuple(time.model, time.precision, time.batch, time.neighbour_model, time.neighbour_precision,
                    time.neighbour_batch, time.shape.backend, time.shape.contexts, time.shape.streams,
                    time.shape.oversubscription_milli);
}
auto key_of(const Saturation& saturation) {
  return std::tuple(saturation.model, saturation.precision, saturation.batch, saturation.weights,
                    saturation.staged, saturation.shape.backend, saturation.shape.sms,
                    saturation.shape.contexts, saturation.shape.streams,
                    saturation.shape.oversubscription_milli);
}

// The place of `entry` in the ordered `list`, whether it is in the list or not.
template <typename Entry>
auto place_of(std::vector<Entry>& list, const Entry& entry) {
  return std::lower_bound(list.begin(), list.end(), entry,
                          [](const Entry& a, const Entry& b) { return key_of(a) < key_of(b); });
}

template <typename Entry>
bool is_at(const std::vector<Entry>& list, typename std::vector<Entry>::iterator place, const Entry& entry) {
  return place != list.end() && key_of(*place) == key_of(entry);
}

template <typename Entry>
void put(std::vector<Entry>& list, const Entry& entry) {
  const auto place = place_of(list, entry);
  if (is_at(list, place, entry)) {
    *place = entry;
  } else {
    list.insert(place, entry);
  }
}

void merge_batch(BatchProfile& batch, const BatchProfile& part) {
  for (const TimesAlone& times : part.times) put(batch.times, times);
  if (part.cold_stages) batch.cold_stages = part.cold_stages;
  if (part.kernels) batch.kernels = part.kernels;
  if (part.traffic) batch.traffic = part.traffic;
}

bool same_stages(const ModelProfile& a, const ModelProfile& b) {
  return std::equal(a.stages.begin(), a.stages.end(), b.stages.begin(), b.stages.end(),
                    [](const StageDescription& x, const StageDescription& y) {
                      return x.name == y.name && x.units == y.units;
                    });
}

Status merge_model(Profile& profile, const ModelProfile& part) {
  auto place = place_of(profile.models, part);
  if (!is_at(profile.models, place, part)) {
    ModelProfile empty = part;
    empty.batches.clear();
    place = profile.models.insert(place, std::move(empty));
  }
  if (!same_stages(*place, part))
    return Error{fmt::format("model {}: the profile was begun with other stages; use another output file",
                             part.model)};
  for (const BatchProfile& batch : part.batches) {
    auto at = place_of(place->batches, batch);
    if (!is_at(place->batches, at, batch)) {
      BatchProfile empty;
      empty.batch = batch.batch;
      at = place->batches.insert(at, std::move(empty));
    }
    merge_batch(*at, batch);
  }
  return {};
}

Status check_same(std::string_view what, const std::string& in_file, const std::string& here) {
  if (in_file == here) return {};
  return Error{fmt::format("the profile was begun with {} \"{}\", here it is \"{}\": use another output file",
                           what, in_file, here)};
}

}  // namespace

Status merge_profile(Profile& profile, const Profile& part) {
  for (const ModelProfile& model : part.models) DARIS_TRY(merge_model(profile, model));
  for (const NeighbourTime& time : part.neighbours) put(profile.neighbours, time);
  for (const Saturation& saturation : part.saturations) put(profile.saturations, saturation);
  for (const LaunchCosts& costs : part.launch_costs) put(profile.launch_costs, costs);
  return {};
}

Status check_same_machine(const Profile& profile, const Profile& here) {
  const std::tuple<std::string_view, const std::string&, const std::string&> facts[] = {
      {"GPU", profile.gpu.name, here.gpu.name},
      {"driver", profile.gpu.driver, here.gpu.driver},
      {"CUDA", profile.cuda, here.cuda},
      {"cuDNN", profile.cudnn, here.cudnn},
      {"LibTorch", profile.libtorch, here.libtorch}};
  for (const auto& [what, in_file, of_here] : facts) DARIS_TRY(check_same(what, in_file, of_here));
  if (profile.conditions != here.conditions)
    return Error{
        "the profile was begun by a daris that chose algorithms and hardware queues otherwise: use "
        "another output file"};
  return {};
}

}  // namespace daris
