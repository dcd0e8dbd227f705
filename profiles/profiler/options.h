// The command line of `daris-profile`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

struct ProfilerOptions {
  std::vector<std::string> models = {"resnet18", "unet", "inception_v3", "resnet50"};
  std::vector<Precision> precisions = {Precision::kTf32, Precision::kFp16};
  std::vector<std::uint32_t> batches = {1, 2, 4, 8, 16, 32};
  std::vector<std::uint32_t> quotas = {8, 16, 24, 32, 48, 64, 96, 128, 0};  // SMs; 0: all
  std::vector<Backend> backends = {Backend::kGreen, Backend::kMps, Backend::kStreams};
  std::vector<Measurement> what;             // empty: all
  std::optional<std::uint32_t> machine_sms;  // --sms: saturation inside so many SMs; absent: all of them
  std::optional<std::int64_t> budget_s;      // no unit is begun that would end later
  std::uint32_t samples = 20;                // least number of samples a time
  std::string output;                        // -o
  bool dry_run = false;                      // print the plan and the estimate, measure nothing
  bool progress = false;                     // also if stderr is no terminal
  bool help = false;
};

// `arguments` are without the program's name. Errors: an unknown option, name or number, with the nearest
// known name; a missing -o.
[[nodiscard]] Result<ProfilerOptions> parse_profiler_options(const std::vector<std::string>& arguments);

[[nodiscard]] std::string profiler_help();

[[nodiscard]] bool wants(const ProfilerOptions& options, Measurement measurement);
[[nodiscard]] bool wants(const ProfilerOptions& options, Backend backend);

}  // namespace daris
