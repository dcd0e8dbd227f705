#include "profiles/profiler/profiler.h"

#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "profiles/profile_json.h"
#include "profiles/profiler/merge.h"
#include "profiles/profiler/output_file.h"
#include "profiles/profiler/plan.h"
#include "profiles/profiler/sitting.h"
#include "profiles/profiler/worker_pool.h"

namespace daris {
namespace {

constexpr int kUsage = 2;
constexpr int kEnvironment = 3;
constexpr int kInterrupted = 130;

std::atomic<bool> interrupted = false;

void on_signal(int) { interrupted.store(true); }

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a worker that died shows as a failed write
}

int fail(int code, const std::string& message) {
  std::cerr << "daris-profile: " << message << "\n";
  return code;
}

std::string now_utc() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string minutes(double seconds) {
  const auto whole = static_cast<long>(seconds < 0 ? 0 : seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

// On a terminal one line that is written over; else a line a unit, if asked for.
class ProgressLine {
 public:
  explicit ProgressLine(bool asked_for)
      : terminal_(isatty(STDERR_FILENO) == 1), shown_(terminal_ || asked_for) {}

  void show(std::size_t index, std::size_t count, double left_s, const WorkUnit& unit) const {
    if (!shown_) return;
    std::cerr << (terminal_ ? "\r\033[K" : "") << "[" << index + 1 << "/" << count << ", " << minutes(left_s)
              << " left] " << describe(unit) << (terminal_ ? "" : "\n") << std::flush;
  }
  void clear() const {
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
  }

 private:
  bool terminal_;
  bool shown_;
};

int dry_run(const ProfilerOptions& options) {
  const MachineShape machine;
  const Result<std::vector<WorkUnit>> plan = make_plan(options, machine);
  if (!plan.ok()) return fail(kUsage, plan.error().message);
  for (const WorkUnit& unit : plan.value()) std::cout << describe(unit) << "\n";
  std::cerr << plan.value().size() << " units, by a rough guess "
            << minutes(guess_seconds_left(plan.value(), {}, {options.samples, machine.sms, {}, 0}))
            << " on a GPU of " << machine.sms << " SMs\n";
  return 0;
}

void begin_sitting(Profile& profile, const Profile& machine, const std::string& command) {
  profile.name = profile_name(machine.gpu.name);
  profile.gpu = machine.gpu;
  profile.gpu.clock_mhz_start = 0;  // of this sitting; the first unit knows
  profile.cuda = machine.cuda;
  profile.cudnn = machine.cudnn;
  profile.libtorch = machine.libtorch;
  profile.cupti = machine.cupti;
  profile.command = join_commands(profile.command, command);
  profile.date_utc = now_utc();
}

void summarize(const SittingResult& result, const std::string& output) {
  std::cerr << "daris-profile: " << result.measured << " units measured, " << result.already << " were there";
  if (result.failed > 0) std::cerr << ", " << result.failed << " failed";
  if (result.unavailable > 0) std::cerr << ", " << result.unavailable << " can't be measured here";
  if (result.left > 0) std::cerr << ", " << result.left << " left: the same command goes on";
  std::cerr << " (" << output << ")\n";
}

}  // namespace

int run_profiler(const ProfilerOptions& options, const std::string& program, const std::string& command) {
  const auto start = std::chrono::steady_clock::now();
  if (options.dry_run) return dry_run(options);
  const Result<std::optional<Profile>> found = read_output(options.output);
  if (!found.ok()) return fail(kUsage, found.error().message);
  handle_signals();
  WorkerPool pool(program, options.samples, interrupted);
  const Result<Profile> machine = pool.describe_machine();
  if (!machine.ok()) return fail(interrupted ? kInterrupted : kEnvironment, machine.error().message);
  Profile profile = found.value().value_or(Profile{});
  if (found.value())
    if (const Status same = check_same_machine(profile, machine.value()); !same.ok())
      return fail(kUsage, options.output + ": " + same.error().message);
  const GpuDescription& gpu = machine.value().gpu;
  const Result<std::vector<WorkUnit>> plan = make_plan(options, {gpu.sms, gpu.group_sms, gpu.groups});
  if (!plan.ok()) return fail(kUsage, plan.error().message);
  begin_sitting(profile, machine.value(), command);
  SittingRules rules;
  rules.samples = options.samples;
  rules.machine_sms = gpu.sms;
  if (options.budget_s) rules.budget_s = static_cast<double>(*options.budget_s);
  std::cerr << "daris-profile: " << gpu.name << ", driver " << gpu.driver << ": " << plan.value().size()
            << " units, by a rough guess " << minutes(guess_seconds_left(plan.value(), profile, rules))
            << " for those that are missing\n";
  const ProgressLine line(options.progress);
  SittingHooks hooks;
  hooks.elapsed_s = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  hooks.save = [&](const Profile& grown) { return replace_file(options.output, write_profile(grown)); };
  hooks.warn = [&](const std::string& message) {
    line.clear();
    std::cerr << "daris-profile: " << message << "\n";
  };
  hooks.progress = [&](std::size_t index, std::size_t count, double left_s, const WorkUnit& unit) {
    line.show(index, count, left_s, unit);
  };
  const SittingResult result = run_sitting(plan.value(), profile, rules, pool, hooks);
  pool.stop();
  line.clear();
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
