#include "runtime/mps/worker_setup.h"

#include <utility>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "workloads/task_set_json.h"

namespace daris {
namespace {

// The text is of this same program, so only a broken message makes it fail.
template <typename T, typename Read>
Result<T> decode(const std::string& line, const Read& read) {
  DARIS_TRY_ASSIGN(const Json parsed, parse_json(line, "message"));
  try {
    return read(parsed);
  } catch (const Json::exception& error) {
    return environment_error(std::string("message: ") + error.what());
  }
}

}  // namespace

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
  return decode<WorkerSetup>(line, [](const Json& json) -> Result<WorkerSetup> {
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
      decode<WorkerProgress>(line, [](const Json& json) -> Result<WorkerProgress> {
        return WorkerProgress{json.at("captured").get<std::size_t>(), json.at("all").get<std::size_t>()};
      });
  return progress.ok() ? std::optional<WorkerProgress>(progress.value()) : std::nullopt;
}

std::string encode_answer(const Result<WorkerReady>& answer) {
  Json json = Json::object();
  if (answer.ok()) {
    json["granted_sms"] = answer.value().granted_sms;
    json["stages"] = answer.value().stages;
    json["memory_bytes"] = answer.value().memory_bytes;
  } else {
    json["error"] = answer.error().message;
  }
  return write_json_line(json);
}

Result<WorkerReady> decode_answer(const std::string& line) {
  return decode<WorkerReady>(line, [](const Json& json) -> Result<WorkerReady> {
    if (json.contains("error")) return environment_error(json.at("error").get<std::string>());
    return WorkerReady{json.at("granted_sms").get<std::uint32_t>(),
                       json.at("stages").get<std::vector<std::uint32_t>>(),
                       json.at("memory_bytes").get<std::uint64_t>()};
  });
}

}  // namespace daris
