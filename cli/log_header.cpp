#include "cli/log_header.h"

#include "cli/version.h"

namespace daris {

EventLogHeader make_log_header(const std::string& kind, const PointDescription& point, const Workload& workload,
                               const PolicySetup& setup, const Policy& policy) {
  EventLogHeader header;
  header.kind = kind;
  header.program = program_name();
  header.policy = point.config["policy"].get<std::string>();
  header.config = point.config;
  header.granted_sms = point.granted_sms;
  const auto homes = policy.homes();
  header.placement.assign(homes.begin(), homes.end());
  for (const Task& task : workload.tasks) header.task_names.push_back(task.name);
  header.setup = setup;
  return header;
}

}  // namespace daris
