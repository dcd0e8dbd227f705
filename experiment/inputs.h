// The files that configurations name, each read once. A name stands for a bundled file if there is one, else
// for a file.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "drive/injection.h"
#include "experiment/release_log.h"
#include "experiment/schedule_log.h"
#include "experiment/settled_config.h"
#include "profiles/context_list.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"
#include "sim/power_model.h"
#include "workloads/task_set.h"
#include "workloads/workload.h"

namespace daris {

// A file's contents, and their SHA-256.
template <typename Contents>
struct Input {
  std::string name;  // as messages and reports call it
  std::string sha256;
  Contents contents;
};

using ProfileInput = Input<Profile>;
using TaskSetInput = Input<TaskSet>;  // the hash covers the traces too
using ContentionInput = Input<ContentionParameters>;
using PowerInput = Input<PowerModel>;
using InjectionInput = Input<Injection>;
using PartitionInput = Input<ContextList>;

// Holds the workload that a configuration names.
struct WorkloadInput {
  std::shared_ptr<const TaskSetInput> task_set;
  std::shared_ptr<const ReleaseLog> releases;       // null if releases are drawn
  std::shared_ptr<const ScheduleLog> schedule;      // only for policy `scripted`; `releases` are its own
  std::shared_ptr<const InjectionInput> injection;  // null if nothing is disturbed
  std::shared_ptr<const PartitionInput> partition;  // null if the contexts are not listed

  // The disturbances; null if there are none. REQUIRES: what it points to lives as long as `injection`.
  [[nodiscard]] const Injection* disturbances() const {
    return injection == nullptr ? nullptr : &injection->contents;
  }

  // Those that begin before `end`, the run's; null if there are none.
  [[nodiscard]] std::shared_ptr<const InjectionInput> disturbances_before(Time end) const;

  // The hash of all contents, for point_id().
  [[nodiscard]] std::string sha256() const;
};

// Returns shared contents that never change. One thread at a time.
class Inputs {
 public:
  // If `name` is empty, the first bundled profile. Errors: no such file or name (with the nearest known one),
  // bad contents.
  [[nodiscard]] Result<std::shared_ptr<const ProfileInput>> profile(const std::string& name);
  // The first bundled profile of that GPU; null if there is none. Errors: bad contents.
  [[nodiscard]] Result<std::shared_ptr<const ProfileInput>> profile_of_gpu(const std::string& gpu) {
    return bundled_profile([&](const Profile& profile) { return profile.gpu.name == gpu; });
  }
  // Likewise the first one that `is` wanted.
  [[nodiscard]] Result<std::shared_ptr<const ProfileInput>> bundled_profile(
      const std::function<bool(const Profile&)>& is);
  [[nodiscard]] Result<std::shared_ptr<const TaskSetInput>> task_set(const std::string& name);
  // Null if `name` is empty.
  [[nodiscard]] Result<std::shared_ptr<const InjectionInput>> injection(const std::string& name);
  // Reads task set, releases, schedule, injection and partition. If no task set is named, `config` gets the
  // log's. It also gets the listed contexts. REQUIRES: one of the first three is named.
  [[nodiscard]] Result<WorkloadInput> workload(SettledConfig& config);
  // If `name` is empty, the bundled model that was fitted on `gpu`; if none was, the first one.
  [[nodiscard]] Result<std::shared_ptr<const ContentionInput>> contention(const std::string& name,
                                                                          const std::string& gpu);
  // Null if `name` is empty.
  [[nodiscard]] Result<std::shared_ptr<const PowerInput>> power(const std::string& name);
  // The name of the bundled power model that was fitted on `gpu`; empty if none was.
  [[nodiscard]] Result<std::string> power_of_gpu(const std::string& gpu);

 private:
  [[nodiscard]] Result<std::shared_ptr<const ReleaseLog>> releases(const std::string& name);
  [[nodiscard]] Result<std::shared_ptr<const ScheduleLog>> schedule(const std::string& name);
  [[nodiscard]] Result<std::shared_ptr<const PartitionInput>> partition(const std::string& name);

  std::optional<std::string> first_profile_;
  std::map<std::string, std::string> contention_of_gpu_;  // the bundled model
  std::map<std::string, std::shared_ptr<const ProfileInput>> profiles_;
  std::map<std::string, std::shared_ptr<const TaskSetInput>> task_sets_;
  std::map<std::string, std::shared_ptr<const ContentionInput>> contentions_;
  std::map<std::string, std::shared_ptr<const PowerInput>> powers_;
  std::map<std::string, std::shared_ptr<const ReleaseLog>> logs_;
  std::map<std::string, std::shared_ptr<const ScheduleLog>> schedules_;
  std::map<std::string, std::shared_ptr<const InjectionInput>> injections_;
  std::map<std::string, std::shared_ptr<const PartitionInput>> partitions_;
};

}  // namespace daris
