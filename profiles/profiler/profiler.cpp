#include "profiles/profiler/profiler.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <iostream>
#include <optional>

#include "base/host/exit_code.h"
#include "base/host/files.h"
#include "base/host/host_facts.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "profiles/profile_json.h"
#include "profiles/profiler/merge.h"
#include "profiles/profiler/plan.h"
#include "profiles/profiler/sitting.h"
#include "profiles/profiler/worker_pool.h"

namespace daris {
namespace {

// Returns nullopt if there is no such file. Errors: it can't be read, or is no profile.
Result<std::optional<Profile>> read_earlier_profile(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::optional<Profile>();
  DARIS_TRY_ASSIGN(Profile profile, read_profile(file));
  return std::optional<Profile>(std::move(profile));
}

int dry_run(const ProfilerOptions& options) {
  const MachineShape machine;
  const Result<std::vector<WorkUnit>> plan = make_plan(options, machine);
  if (!plan.ok()) return fail(plan.error());
  for (const WorkUnit& unit : plan.value()) std::cout << describe(unit) << "\n";
  const double guess_s = guess_seconds_left(plan.value(), {}, {options.samples, machine.sms, {}, 0});
  note(fmt::format("{} units, by a rough guess {} on a GPU of {} SMs", plan.value().size(),
                   clock_text(guess_s), machine.sms));
  return kDone;
}

void begin_sitting(Profile& profile, const Profile& machine, const std::string& command) {
  profile.name = profile_name(machine.gpu.name);
  profile.gpu = machine.gpu;
  profile.gpu.clock_mhz_start = 0;  // of this sitting; the first unit knows it
  profile.cuda = machine.cuda;
  profile.cudnn = machine.cudnn;
  profile.libtorch = machine.libtorch;
  profile.cupti = machine.cupti;
  profile.conditions = machine.conditions;
  profile.command = join_commands(profile.command, command);
  profile.date_utc = now_utc();
}

SittingRules rules_of(const ProfilerOptions& options, const GpuDescription& gpu) {
  SittingRules rules;
  rules.samples = options.samples;
  rules.machine_sms = gpu.sms;
  if (options.budget_s) rules.budget_s = static_cast<double>(*options.budget_s);
  return rules;
}

void announce(const GpuDescription& gpu, const std::vector<WorkUnit>& plan, const Profile& profile,
              const SittingRules& rules) {
  note(fmt::format("{}, driver {}: {} units, by a rough guess {} for those that are missing", gpu.name,
                   gpu.driver, plan.size(), clock_text(guess_seconds_left(plan, profile, rules))));
}

void summarize(const SittingResult& result, const std::string& output) {
  std::string text = fmt::format("{} units measured, {} were there", result.measured, result.already);
  if (result.failed > 0) text += fmt::format(", {} failed", result.failed);
  if (result.unavailable > 0) text += fmt::format(", {} can't be measured here", result.unavailable);
  if (result.left > 0) text += fmt::format(", {} left: the same command continues", result.left);
  note(fmt::format("{} ({})", text, output));
}

// Runs the sitting with a line of progress, saving the profile after each unit.
SittingResult sit(const std::vector<WorkUnit>& plan, Profile& profile, const SittingRules& rules,
                  UnitRunner& runner, const ProfilerOptions& options, const StopWatch& watch) {
  const StatusLine line(options.progress ? ProgressMode::kAlways : ProgressMode::kAuto);
  SittingHooks hooks;
  hooks.elapsed_s = [&] { return watch.seconds(); };
  hooks.save = [&](const Profile& grown) {
    return write_file_atomically(options.output, write_profile(grown));
  };
  hooks.warn = [&](const std::string& message) {
    line.clear();
    note("warning: " + message);
  };
  hooks.progress = [&](std::size_t index, std::size_t count, double left_s, const WorkUnit& unit) {
    line.show(fmt::format("[{}/{}, {} left] {}", index + 1, count, clock_text(left_s), describe(unit)));
  };
  SittingResult result = run_sitting(plan, profile, rules, runner, hooks);
  line.clear();
  return result;
}

}  // namespace

int run_profiler(const ProfilerOptions& options, const std::string& program, const std::string& command) {
  const StopWatch watch;
  if (options.dry_run) return dry_run(options);
  const Result<std::optional<Profile>> earlier = read_earlier_profile(options.output);
  if (!earlier.ok()) return fail(earlier.error());
  if (const Status writable = check_output(options.output); !writable.ok()) return fail(writable.error());
  catch_interrupts({kLiveGrace, "interrupted; what was measured is kept, and the same command continues"});
  WorkerPool pool(program, options.samples, interrupted);
  const Result<Profile> machine = pool.describe_machine();
  if (!machine.ok())
    return interrupted() ? fail(kInterrupted, machine.error().message) : fail(machine.error());
  Profile profile = earlier.value().value_or(Profile{});
  if (earlier.value())
    if (const Status same = check_same_machine(profile, machine.value()); !same.ok())
      return fail(same.error().in(options.output));
  const GpuDescription& gpu = machine.value().gpu;
  const Result<std::vector<WorkUnit>> plan = make_plan(options, {gpu.sms, gpu.group_sms, gpu.groups});
  if (!plan.ok()) return fail(plan.error());
  begin_sitting(profile, machine.value(), command);
  const SittingRules rules = rules_of(options, gpu);
  announce(gpu, plan.value(), profile, rules);
  const SittingResult result = sit(plan.value(), profile, rules, pool, options, watch);
  pool.stop();
  if (result.save_error)
    return fail(exit_code_of(result), *result.save_error + "; what was saved before is whole");
  summarize(result, options.output);
  return exit_code_of(result);
}

std::string profile_name(const std::string& gpu) {
  std::string name;
  for (const char letter : gpu) {
    const auto code = static_cast<unsigned char>(letter);
    if (std::isalnum(code) != 0) {
      name += static_cast<char>(std::tolower(code));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  constexpr std::string_view kMaker = "nvidia-";
  return name.rfind(kMaker, 0) == 0 ? name.substr(kMaker.size()) : name;
}

std::string join_commands(const std::string& earlier, const std::string& command) {
  constexpr std::string_view kJoint = " ; ";
  if (earlier.empty()) return command;
  const std::string all = std::string(kJoint) + earlier + std::string(kJoint);
  if (all.find(std::string(kJoint) + command + std::string(kJoint)) != std::string::npos) return earlier;
  return earlier + std::string(kJoint) + command;
}

}  // namespace daris
