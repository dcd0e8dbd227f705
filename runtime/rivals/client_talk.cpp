#include "runtime/rivals/client_talk.h"

#include "runtime/process_message.h"

namespace daris {

std::string encode_setup(const ClientSetup& setup) {
  Json json = {{"network", setup.network}, {"device", setup.device}, {"high_priority", setup.high_priority}};
  if (setup.core) json["core"] = *setup.core;
  return write_json_line(json);
}

Result<ClientSetup> decode_client_setup(const std::string& line) {
  return decode_message<ClientSetup>(line, [](const Json& json) {
    ClientSetup setup{json.at("network").get<std::string>(), json.at("device").get<int>(),
                      json.at("high_priority").get<bool>(), std::nullopt};
    if (json.contains("core")) setup.core = json.at("core").get<std::uint32_t>();
    return setup;
  });
}

std::string encode_plan(const LoopPlan& plan) {
  return write_json_line({{"begin_ns", plan.begin_ns},
                          {"window_ns", plan.window_ns},
                          {"end_ns", plan.end_ns},
                          {"period_ns", plan.period_ns}});
}

Result<LoopPlan> decode_plan(const std::string& line) {
  return decode_message<LoopPlan>(line, [](const Json& json) {
    return LoopPlan{json.at("begin_ns").get<std::int64_t>(), json.at("window_ns").get<std::int64_t>(),
                    json.at("end_ns").get<std::int64_t>(), json.at("period_ns").get<std::int64_t>()};
  });
}

std::string encode_ready(const Result<ClientReady>& ready) {
  if (!ready.ok()) return encode_error(ready.error());
  return write_json_line({{"mps", ready.value().mps}, {"sms", ready.value().sms}});
}

Result<ClientReady> decode_ready(const std::string& line) {
  return decode_message<ClientReady>(line, [](const Json& json) {
    return ClientReady{json.at("mps").get<bool>(), json.at("sms").get<std::uint32_t>()};
  });
}

std::string encode_result(const Result<LoopResult>& result) {
  if (!result.ok()) return encode_error(result.error());
  const LoopResult& loop = result.value();
  return write_json_line({{"jobs", loop.jobs},
                          {"responses_ns", loop.responses_ns},
                          {"gaps", {loop.gaps.count, loop.gaps.longest_ns, loop.gaps.sum_ns}}});
}

Result<LoopResult> decode_result(const std::string& line) {
  return decode_message<LoopResult>(line, [](const Json& json) {
    LoopResult loop;
    loop.jobs = json.at("jobs").get<std::uint64_t>();
    loop.responses_ns = json.at("responses_ns").get<std::vector<std::int64_t>>();
    const Json& gaps = json.at("gaps");
    loop.gaps = {gaps.at(0).get<std::uint64_t>(), gaps.at(1).get<std::int64_t>(),
                 gaps.at(2).get<std::int64_t>()};
    return loop;
  });
}

}  // namespace daris
