#include "runtime/mps/worker_setup.h"

#include <utility>

#include "runtime/process_message.h"
#include "workloads/task_set_json.h"

namespace daris {

std::string encode_setup(const WorkerSetup& setup) {
  TaskSet set = setup.set;
  for (TaskGroup& group : set.groups) group.arrival = {};
  Json json = Json::object();
  json["device"] = setup.device;
  json["contexts"] = setup.contexts;
  json["context"] = setup.context.value();
  json["streams"] = setup.streams;
  json["granted_sms"] = setup.granted_sms;
  if (setup.core) json["core"] = *setup.core;
  json["staged"] = setup.staged;
  json["copies"] = setup.copies;
  json["seed"] = setup.seed;
  json["batches"] = setup.batches;
  json["task_set"] = task_set_json(set);
  return write_json_line(json);
}

Result<WorkerSetup> decode_setup(const std::string& line) {
  return decode_message<WorkerSetup>(line, [](const Json& json) -> Result<WorkerSetup> {
    WorkerSetup setup;
    setup.device = json.at("device").get<int>();
    setup.contexts = json.at("contexts").get<std::uint32_t>();
    setup.context = ContextId(json.at("context").get<std::uint32_t>());
    setup.streams = json.at("streams").get<std::uint32_t>();
    setup.granted_sms = json.at("granted_sms").get<std::uint32_t>();
    if (json.contains("core")) setup.core = json.at("core").get<std::uint32_t>();
    setup.staged = json.at("staged").get<bool>();
    setup.copies = json.at("copies").get<bool>();
    setup.seed = json.at("seed").get<std::uint64_t>();
    setup.batches = json.at("batches").get<std::vector<std::uint32_t>>();
    DARIS_TRY_ASSIGN(setup.set, parse_task_set(write_json_line(json.at("task_set")), "message", ""));
    return setup;
  });
}

std::string encode_progress(const WorkerProgress& progress) {
  return write_json_line({{"captured", progress.captured}, {"all", progress.all}});
}

std::optional<WorkerProgress> decode_progress(const std::string& line) {
  const Result<WorkerProgress> progress =
      decode_message<WorkerProgress>(line, [](const Json& json) -> Result<WorkerProgress> {
        return WorkerProgress{json.at("captured").get<std::size_t>(), json.at("all").get<std::size_t>()};
      });
  return progress.ok() ? std::optional<WorkerProgress>(progress.value()) : std::nullopt;
}

std::string encode_answer(const Result<WorkerReady>& answer) {
  if (!answer.ok()) return encode_error(answer.error());
  const WorkerReady& ready = answer.value();
  return write_json_line(
      {{"granted_sms", ready.granted_sms}, {"stages", ready.stages}, {"memory_bytes", ready.memory_bytes}});
}

Result<WorkerReady> decode_answer(const std::string& line) {
  return decode_message<WorkerReady>(line, [](const Json& json) -> Result<WorkerReady> {
    return WorkerReady{json.at("granted_sms").get<std::uint32_t>(),
                       json.at("stages").get<std::vector<std::uint32_t>>(),
                       json.at("memory_bytes").get<std::uint64_t>()};
  });
}

}  // namespace daris
