// `daris run --backend mps` on a real GPU while a worker is killed or hangs: how the run ends, what report
// and log say of it, and what is left behind. Reports are kept in the folder that DARIS_KEEP_REPORTS names,
// if it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "analysis/logs/event_log_reader.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "gpu/nvml.h"
#include "tests/cli/program.h"
#include "tests/runtime/mps/children.h"

namespace daris {
namespace {

using std::chrono::milliseconds;
using testing::children_that_run;
using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;
constexpr std::size_t kContexts = 8;
const std::filesystem::path kGpus = "/proc/driver/nvidia/gpus";

std::set<std::string> names_in(const std::filesystem::path& folder, const std::string& prefix = "") {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with(prefix)) names.insert(std::move(name));
  }
  return names;
}

// Memory in use on all GPUs of this machine.
std::uint64_t gpu_memory_bytes() {
  const Nvml nvml;
  std::uint64_t sum = 0;
  for (const std::string& gpu : names_in(kGpus)) sum += nvml.memory_used_bytes(gpu).value_or(0);
  return sum;
}

bool lives(pid_t process) { return ::kill(process, 0) == 0; }

// All processes that `process` has started, directly or not.
std::vector<pid_t> descendants(pid_t process) {
  std::vector<pid_t> found;
  const std::string threads = "/proc/" + std::to_string(process) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(threads)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) {
      found.push_back(child);
      for (const pid_t below : descendants(child)) found.push_back(below);
    }
  }
  return found;
}

// Things that a run may leave behind. REQUIRES: it is made before the run.
class Traces {
 public:
  void note_processes(pid_t run) { processes_ = descendants(run); }

  void expect_none() const {
    // The driver takes a moment to give back what a killed process had.
    constexpr std::uint64_t kSlack = std::uint64_t{32} << 20;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    const auto wait_until = [&](const std::function<bool()>& condition) {
      while (!condition() && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(milliseconds(50));
    };
    wait_until([this] { return std::none_of(processes_.begin(), processes_.end(), lives); });
    wait_until([this] { return gpu_memory_bytes() <= gpu_memory_ + kSlack; });
    EXPECT_GE(processes_.size(), kContexts + 1) << "workers and a daemon";
    for (const pid_t process : processes_) EXPECT_FALSE(lives(process)) << "process " << process;
    EXPECT_LE(gpu_memory_bytes(), gpu_memory_ + kSlack);
    EXPECT_EQ(names_in("/dev/shm"), shared_memory_);
    EXPECT_EQ(names_in(std::filesystem::temp_directory_path(), "daris-mps-"), pipe_folders_);
  }

 private:
  std::uint64_t gpu_memory_ = gpu_memory_bytes();
  std::set<std::string> shared_memory_ = names_in("/dev/shm");
  std::set<std::string> pipe_folders_ = names_in(std::filesystem::temp_directory_path(), "daris-mps-");
  std::vector<pid_t> processes_;
};

// A log's account of losses.
struct Losses {
  std::vector<ContextId> contexts;
  Duration noticed_within;         // the first one, after the last end of a stage in that context
  std::uint32_t released = 0;      // jobs of level 0 of the window, kAgain after the last loss or later
  std::uint32_t late = 0;          // of these, what was not complete at its deadline
  std::uint32_t late_between = 0;  // of those released from the first loss on until then
  Duration last_late;              // release of the last one that was late, from the first loss on
};
constexpr Duration kAgain = Duration::from_ns(100 * kMs);

class LossReader {
 public:
  explicit LossReader(const std::string& log) : reader_(EventLogReader::open(log).value()) {
    const PolicySetup& setup = reader_.header().setup;
    streams_ = setup.streams;
    last_end_.resize(setup.contexts);
    running_.resize(std::size_t{setup.contexts} * setup.streams);
  }

  Losses read(Time window_end) {
    LoggedStep step;
    while (reader_.next(step).value()) take(step);
    for (const auto& [job, nominal] : open_)
      jobs_.push_back({nominal, false});  // dropped, or unfinished at the end
    if (losses_.contexts.empty()) return losses_;
    const Time again = last_loss_ + kAgain;
    for (const Kept& job : jobs_) {
      if (job.nominal >= window_end || job.nominal < first_loss_) continue;
      if (!job.in_time) losses_.last_late = std::max(losses_.last_late, job.nominal - first_loss_);
      if (job.nominal < again) {
        losses_.late_between += job.in_time ? 0 : 1;
      } else {
        ++losses_.released;
        losses_.late += job.in_time ? 0 : 1;
      }
    }
    return losses_;
  }

 private:
  struct Kept {
    Time nominal;
    bool in_time = false;
  };
  struct Running {
    std::vector<JobId> jobs;
    StageIndex stage;
  };

  [[nodiscard]] const TaskSetup& task(JobId job) const { return reader_.header().setup.tasks[job.task.at()]; }

  void take(const LoggedStep& step) {
    for (const Event& event : step.events) {
      if (const auto* released = std::get_if<JobReleased>(&event)) {
        if (task(released->job).level == 0) open_.emplace(released->job, released->nominal_release);
      } else if (const auto* lost = std::get_if<ContextLost>(&event)) {
        take(*lost, step.now);
      } else if (const auto* ended = std::get_if<StageFinished>(&event)) {
        take(*ended, step.now);
      }
    }
    for (const Decision& decision : step.decisions) {
      const auto* const launch = std::get_if<LaunchStage>(&decision);
      if (launch != nullptr)
        running_[launch->slot.at()] = {{launch->jobs.begin(), launch->jobs.end()}, launch->stage};
    }
  }

  void take(const ContextLost& lost, Time now) {
    if (losses_.contexts.empty()) {
      first_loss_ = now;
      losses_.noticed_within = now - last_end_[lost.context.at()];
    }
    last_loss_ = now;
    losses_.contexts.push_back(lost.context);
  }

  void take(const StageFinished& ended, Time now) {
    last_end_[ended.slot.at() / streams_] = now;
    const Running& running = running_[ended.slot.at()];
    for (const JobId job : running.jobs) {
      const auto found = open_.find(job);
      if (found == open_.end() || running.stage.at() + 1 < task(job).stage_estimates.size()) continue;
      jobs_.push_back({found->second, now <= found->second + task(job).relative_deadline});
      open_.erase(found);
    }
  }

  EventLogReader reader_;
  std::uint32_t streams_ = 1;
  std::vector<Time> last_end_;  // by context
  std::vector<Running> running_;
  std::map<JobId, Time> open_;  // of level 0: their nominal releases
  std::vector<Kept> jobs_;
  Time first_loss_;
  Time last_loss_;
  Losses losses_;
};

class MpsFaults : public ProgramTest {
 protected:
  // A run of the set over 8 workers at load 1.5; `fault` is told them in the midst of it.
  void run(const std::string& set, const std::string& seconds,
           const std::function<void(const std::vector<pid_t>&)>& fault) {
    std::filesystem::remove(path("log"));
    std::filesystem::remove(path("r.json"));
    Traces traces;
    const pid_t process =
        start({"run",       "--backend",          "mps",         "--task-set",  set,    "--contexts",
               "8",         "--oversubscription", "2",           "--load",      "1.5",  "--set",
               "bound=0.9", "--duration",         seconds + "s", "--warmup",    "0.5s", "--no-saturation",
               "--log",     path("log"),          "-o",          path("r.json")});
    wait_for_steps(process);
    std::this_thread::sleep_for(milliseconds(700));
    const std::string program =
        std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/exe").string();
    const std::vector<pid_t> workers = children_that_run(program, process);
    if (workers.size() != kContexts) {
      ::kill(process, SIGKILL);
      FAIL() << workers.size() << " workers\n" << wait(process).messages;
    }
    traces.note_processes(process);
    fault(workers);
    result_ = wait(process);
    traces.expect_none();
    const Result<Json> read = read_report(path("r.json"));
    ASSERT_TRUE(read.ok()) << read.error().message << "\n" << result_.messages;
    report_ = read.value();
    losses_ =
        LossReader(path("log")).read(Time::from_ns(static_cast<std::int64_t>(std::stod(seconds) * 1e9)));
    expect_counts_that_add_up();
    EXPECT_EQ(daris({"replay", path("log")}).exit_code, 0);
  }

  // The run went on in the seven others.
  void expect_that_it_went_on() const {
    EXPECT_EQ(result_.exit_code, 0) << result_.messages;
    EXPECT_EQ(point()["partial"], false);
    EXPECT_EQ(losses_.contexts.size(), 1U);
    EXPECT_GT(losses_.released, 100U);
  }
  void expect_that_level_0_was_safe_again() const {
    EXPECT_EQ(losses_.late, 0U) << "jobs of level 0 that were released 100 ms after it was noticed, or later";
  }

  // No worker was left.
  void expect_that_it_ended() const {
    EXPECT_EQ(result_.exit_code, 3);
    EXPECT_THAT(result_.messages, HasSubstr("8 of 8 contexts were lost, so that the run ended early"));
    EXPECT_EQ(point()["partial"], true);
    EXPECT_EQ(losses_.contexts.size(), kContexts);
    EXPECT_GT(point()["results"]["levels"][0]["completed"], 0);
  }

  void say(const std::string& name) const {
    std::cout << "  " << name << ": exit " << result_.exit_code << ", noticed within "
              << static_cast<double>(losses_.noticed_within.ns()) / kMs << " ms, " << losses_.contexts.size()
              << " of " << kContexts << " contexts lost; level 0: " << losses_.late_between
              << " lost or late until 100 ms after it was noticed, " << losses_.late << " of "
              << losses_.released << " from then on, the last one released "
              << static_cast<double>(losses_.last_late.ns()) / kMs << " ms after it\n             "
              << point()["warnings"].dump() << "\n";
    if (const char* const keep = std::getenv("DARIS_KEEP_REPORTS"))
      std::filesystem::copy_file(path("r.json"), std::filesystem::path(keep) / (name + ".json"),
                                 std::filesystem::copy_options::overwrite_existing);
  }

  [[nodiscard]] bool went_on() const { return losses_.contexts.size() == 1; }
  [[nodiscard]] const Losses& losses() const { return losses_; }

 private:
  // Waits until the log has much more than its header, or the run has ended.
  void wait_for_steps(pid_t process) const {
    constexpr std::uintmax_t kMuch = 1'000'000;
    const auto has_ended = [process] {
      siginfo_t info{};
      ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT);
      return info.si_pid == process;
    };
    std::error_code not_yet;
    while (!has_ended() && (!exists(path("log")) || std::filesystem::file_size(path("log"), not_yet) < kMuch))
      std::this_thread::sleep_for(milliseconds(5));
  }

  [[nodiscard]] const Json& point() const { return report_["points"][0]; }

  void expect_counts_that_add_up() const {
    for (const Json& level : point()["results"]["levels"]) {
      const auto count = [&](const char* what) { return level[what].get<std::uint64_t>(); };
      EXPECT_EQ(count("released"), count("admitted") + count("rejected"));
      EXPECT_EQ(count("admitted"), count("completed") + count("dropped") + count("unfinished"));
    }
  }

  ProgramResult result_;
  Json report_;
  Losses losses_;
};

// Through the control program, in the pipe folder of the worker's daemon; then it is killed.
void terminate_and_kill(pid_t worker) {
  std::ifstream environment("/proc/" + std::to_string(worker) + "/environ");
  std::string folder;
  for (std::string entry; std::getline(environment, entry, '\0');)
    if (entry.starts_with("CUDA_MPS_PIPE_DIRECTORY=")) folder = entry;
  ASSERT_FALSE(folder.empty());
  // The daemon answers one question at a time.
  const std::string control = folder + " nvidia-cuda-mps-control";
  const std::string command = "server=$(echo get_server_list | " + control +
                              ") && said=$(echo terminate_client $server " + std::to_string(worker) + " | " +
                              control + ") && test \"$said\" = 0";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  ::kill(worker, SIGKILL);
}

constexpr Duration kNoticedMax = Duration::from_ns(100 * kMs);

TEST_F(MpsFaults, AKilledWorkerIsNoticedAndTheRunGoesOnOrEndsAsAWhole) {
  for (const std::string set : {"resnet18-paper", "unet-paper", "unet-paper-batch4"}) {
    for (int attempt = 1; attempt <= 5; ++attempt) {
      run(set, "3.5", [](const auto& workers) { ::kill(workers[2], SIGKILL); });
      if (HasFatalFailure()) return;
      EXPECT_LT(losses().noticed_within, kNoticedMax);
      went_on() ? expect_that_it_went_on() : expect_that_it_ended();
      if (went_on()) expect_that_level_0_was_safe_again();
      say("killed-worker-" + set + "-" + std::to_string(attempt));
    }
  }
}

TEST_F(MpsFaults, TheRunGoesOnWithoutAWorkerThatWasTerminatedFirst) {
  for (const std::string set : {"resnet18-paper", "unet-paper-batch4"}) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      run(set, "3.5", [](const auto& workers) { terminate_and_kill(workers[2]); });
      if (HasFatalFailure()) return;
      EXPECT_LT(losses().noticed_within, kNoticedMax);
      expect_that_it_went_on();
      expect_that_level_0_was_safe_again();
      say("terminated-worker-" + set + "-" + std::to_string(attempt));
    }
  }
}

TEST_F(MpsFaults, TheRunEndsWithAReportWhereEveryWorkerIsKilled) {
  run("resnet18-paper", "3.5", [](const auto& workers) {
    for (const pid_t worker : workers) ::kill(worker, SIGKILL);
  });
  if (HasFatalFailure()) return;
  expect_that_it_ended();
  say("killed-workers-all");
}

// It hangs: half a second without an end is the limit of stages as short as these. What has waited for it
// until then is late, comes first, and is worked off.
TEST_F(MpsFaults, TheRunGoesOnWithoutAWorkerThatWasStopped) {
  for (const std::string set : {"resnet18-paper", "unet-paper"}) {
    run(set, "5", [](const auto& workers) { ::kill(workers[2], SIGSTOP); });
    if (HasFatalFailure()) return;
    expect_that_it_went_on();
    EXPECT_LT(losses().noticed_within, Duration::from_ns(1000 * kMs));
    EXPECT_LT(losses().last_late, Duration::from_ns(1000 * kMs));
    say("stopped-worker-" + set);
  }
}

}  // namespace
}  // namespace daris

// Exit status 77: no GPU.
int main(int count, char** words) {
  testing::InitGoogleTest(&count, words);
  if (!std::filesystem::exists(daris::kGpus)) {
    std::cout << "skipped: no NVIDIA GPU\n";
    return 77;
  }
  return RUN_ALL_TESTS();
}
