#include "experiment/log_follower.h"

#include <initializer_list>
#include <string_view>

#include "analysis/logs/event_log_reader.h"
#include "experiment/log_header.h"
#include "experiment/run_options.h"

namespace daris {
namespace {

// Takes over those of `keys` that `config` leaves open.
Status take_over_open(const RunConfig& config, std::initializer_list<std::string_view> keys,
                      const EventLogHeader& header, const std::string& name, RunConfig& followed) {
  for (const std::string_view key : keys) {
    if (is_given(config, key)) continue;
    DARIS_TRY(take_over(followed, key, header, name));
  }
  return {};
}

}  // namespace

Result<RunConfig> LogFollower::follow_releases(const RunConfig& config) {
  if (config.releases.empty()) return config;
  DARIS_TRY_ASSIGN(const EventLogHeader* const read, header(config.releases));
  RunConfig followed = config;
  DARIS_TRY(take_over_open(config, {"duration_s", "warmup_s"}, *read, config.releases, followed));
  followed.given = config.given;
  return followed;
}

Result<RunConfig> LogFollower::follow(const RunConfig& config) {
  if (config.schedule.empty()) return follow_releases(config);
  DARIS_TRY_ASSIGN(const EventLogHeader* const read, header(config.schedule));
  const EventLogHeader& header = *read;
  RunConfig followed = config;
  const auto is_open = [&](std::string_view key) { return !is_given(config, key); };
  if (is_open("policy")) followed.policy = "scripted";
  if (is_open("contexts")) followed.contexts = header.setup.contexts;
  if (is_open("streams")) followed.streams = header.setup.streams;
  if (!is_staged(header)) followed.switches.staging = false;
  Status status =
      take_over_open(config, {"oversubscription", "partition", "backend", "duration_s", "warmup_s"}, header,
                     config.schedule, followed);
  if (status.ok() && followed.backend != Backend::kCpu)
    status = take_over_open(config, {"sms"}, header, config.schedule, followed);
  if (!status.ok()) return status.error();
  // The log itself has the contexts, wherever it is.
  if (is_open("partition") && header.partition != nullptr) followed.partition = config.schedule;
  followed.given = config.given;
  return followed;
}

Result<const EventLogHeader*> LogFollower::header(const std::string& name) {
  const auto known = headers_.find(name);
  if (known != headers_.end()) return &known->second;
  DARIS_TRY_ASSIGN(const EventLogReader reader, EventLogReader::open(name));
  return &headers_.emplace(name, reader.header()).first->second;
}

}  // namespace daris
