// From a Profile to its document; profiles/profile_reader.cpp is the inverse.
#include "base/json/json.h"
#include "base/json/write.h"
#include "profiles/backend_names.h"
#include "profiles/profile_json.h"

namespace daris {
namespace {

Json stage_rows(const std::vector<Samples>& stages) {
  Json rows = Json::array();
  for (const Samples& samples : stages) rows.push_back(samples.ns);
  return rows;
}

double oversubscription(std::uint32_t milli) { return static_cast<double>(milli) / 1000; }

Json gpu_json(const GpuDescription& gpu) {
  return {{"name", gpu.name},
          {"compute_capability", gpu.compute_capability},
          {"driver", gpu.driver},
          {"sms", gpu.sms},
          {"group_sms", gpu.group_sms},
          {"groups", gpu.groups},
          {"memory_bytes", gpu.memory_bytes},
          {"l2_bytes", gpu.l2_bytes},
          {"clock_mhz_start", gpu.clock_mhz_start},
          {"clock_mhz_end", gpu.clock_mhz_end}};
}

Json times_json(const TimesAlone& times) {
  return {{"mechanism", to_text(times.backend)},
          {"sms", times.sms},
          {"mps_percentage", times.mps_percentage ? Json(*times.mps_percentage) : Json()},
          {"stages_ns", stage_rows(times.stages)},
          {"whole_ns", times.whole.ns}};
}

Json kernel_json(const KernelRecord& kernel) {
  return {{"name", kernel.name},
          {"grid", kernel.grid},
          {"block", kernel.block},
          {"registers_per_thread", kernel.registers_per_thread},
          {"shared_memory_bytes", kernel.shared_memory_bytes},
          {"duration_ns", kernel.duration_ns}};
}

Json traffic_json(const StageTraffic& traffic) {
  return {{"dram_read_bytes", traffic.dram_read_bytes},
          {"dram_write_bytes", traffic.dram_write_bytes},
          {"l2_bytes", traffic.l2_bytes}};
}

// Writes one JSON value for each entry.
template <typename Entry, typename Writer>
Json list(const std::vector<Entry>& entries, Writer writer) {
  Json array = Json::array();
  for (const Entry& entry : entries) array.push_back(writer(entry));
  return array;
}

Json batch_json(const BatchProfile& batch) {
  const auto kernels = [](const std::vector<KernelRecord>& stage) { return list(stage, kernel_json); };
  return {{"batch", batch.batch},
          {"times", list(batch.times, times_json)},
          {"cold_stages_ns", batch.cold_stages ? stage_rows(*batch.cold_stages) : Json()},
          {"kernels", batch.kernels ? list(*batch.kernels, kernels) : Json()},
          {"traffic", batch.traffic ? list(*batch.traffic, traffic_json) : Json()}};
}

Json stage_json(const StageDescription& stage) { return {{"name", stage.name}, {"units", stage.units}}; }

Json model_json(const ModelProfile& model) {
  return {{"model", model.model},
          {"precision", to_text(model.precision)},
          {"stages", list(model.stages, stage_json)},
          {"weight_bytes", model.weight_bytes},
          {"batches", list(model.batches, batch_json)}};
}

Json neighbour_json(const NeighbourTime& time) {
  return {{"model", time.model},
          {"precision", to_text(time.precision)},
          {"batch", time.batch},
          {"neighbour_model", time.neighbour_model},
          {"neighbour_precision", to_text(time.neighbour_precision)},
          {"neighbour_batch", time.neighbour_batch},
          {"mechanism", to_text(time.shape.backend)},
          {"contexts", time.shape.contexts},
          {"streams", time.shape.streams},
          {"oversubscription", oversubscription(time.shape.oversubscription_milli)},
          {"stages_ns", stage_rows(time.stages)}};
}

Json saturation_json(const Saturation& saturation) {
  return {{"model", saturation.model},
          {"precision", to_text(saturation.precision)},
          {"batch", saturation.batch},
          {"weights", to_text(saturation.weights)},
          {"staged", saturation.staged},
          {"mechanism", to_text(saturation.shape.backend)},
          {"contexts", saturation.shape.contexts},
          {"streams", saturation.shape.streams},
          {"oversubscription", oversubscription(saturation.shape.oversubscription_milli)},
          {"sms", saturation.shape.sms.value()},
          {"jobs_per_s", saturation.jobs_per_s}};
}

Json launch_json(const LaunchCosts& costs) {
  return {{"mechanism", to_text(costs.backend)},
          {"launch_call_ns", costs.launch_call.ns},
          {"launch_to_noticed_ns", costs.launch_to_noticed.ns},
          {"empty_graph_alone_ns", costs.empty_graph_alone.ns}};
}

Json conditions_json(const ProfilingConditions& conditions) {
  return {{"algorithms", name_in(kAlgorithmsOfNames, conditions.algorithms)},
          {"hardware_queues", conditions.hardware_queues}};
}

}  // namespace

std::string write_profile(const Profile& profile) {
  const Json versions = {{"cuda", profile.cuda},
                         {"cudnn", profile.cudnn},
                         {"libtorch", profile.libtorch},
                         {"cupti", profile.cupti}};
  Json document = {{"schema", "daris.profile"},  {"version", 1},
                   {"name", profile.name},       {"gpu", gpu_json(profile.gpu)},
                   {"command", profile.command}, {"date_utc", profile.date_utc},
                   {"versions", versions}};
  // Profiles of before don't have them, and keep their bytes.
  if (profile.conditions != ProfilingConditions())
    document["conditions"] = conditions_json(profile.conditions);
  document["models"] = list(profile.models, model_json);
  document["neighbours"] = list(profile.neighbours, neighbour_json);
  document["saturations"] = list(profile.saturations, saturation_json);
  document["launch_costs"] = list(profile.launch_costs, launch_json);
  return write_json(document);
}

}  // namespace daris
