#include "runtime/mps/worker_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/check.h"
#include "runtime/core_pin.h"

namespace daris {
namespace {

// A client has its connections for itself, and there are some 100 for all clients. If clients take more than
// they need, the next one finds none and is told that there is no memory.
constexpr std::uint32_t kConnectionsMax = 32;

// There is one for each slot, and one for probes.
std::uint32_t connections_for(std::uint32_t streams) { return std::min(streams + 1, kConnectionsMax); }

std::string name_of(ContextId context) { return fmt::format("the worker of context {}", context.value()); }

}  // namespace

Result<std::unique_ptr<WorkerFleet>> WorkerFleet::start(FleetRequest request) {
  DARIS_TRY_ASSIGN(Segment segment,
                   Segment::create(static_cast<std::uint32_t>(request.shares.size()), request.streams));
  DARIS_TRY_ASSIGN(MpsDaemon daemon, MpsDaemon::start());
  std::unique_ptr<WorkerFleet> fleet(
      new WorkerFleet(std::move(request), std::move(daemon), std::move(segment)));
  DARIS_TRY(fleet->start_workers());
  return fleet;
}

WorkerFleet::WorkerFleet(FleetRequest request, MpsDaemon daemon, Segment segment)
    : request_(std::move(request)),
      daemon_(std::move(daemon)),
      segment_(std::move(segment)),
      remover_(daemon_) {}

// Starts all at once, since most of a start is loading libraries.
Status WorkerFleet::start_workers() {
  const bool ranked = std::any_of(request_.shares.begin(), request_.shares.end(),
                                  [](const WorkerShare& share) { return share.urgent; });
  for (const WorkerShare& share : request_.shares) {
    DARIS_TRY_ASSIGN(
        ChildProcess process,
        ChildProcess::start({request_.worker,
                             daemon_.client_environment(share.percentage, connections_for(request_.streams),
                                                        ranked && !share.urgent),
                             segment_.descriptor()}));
    const pid_t pid = process.pid();
    workers_.push_back({std::move(process), State::kServing, pid, "", {}});
  }
  return {};
}

// Workers that still run something are terminated, before their ends can do harm. The others end together,
// with their input.
WorkerFleet::~WorkerFleet() {
  constexpr double kGraceS = 5;
  for (std::uint32_t index = 0; index < contexts(); ++index) {
    const ContextId context(index);
    if (state(context) == State::kServing && any_busy(context)) remove(context);
    workers_[index].process.close_input();
  }
  for (Worker& worker : workers_) {
    while (worker.state == State::kRemoving && !remover_.done(worker.pid))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    worker.process.stop(kGraceS);
  }
}

bool WorkerFleet::any_busy(ContextId context) const {
  const WorkerMemory shared = memory(context);
  for (std::size_t slot = 0; slot < shared.slots.size(); ++slot) {
    const SlotReport& report = shared.slots[slot];
    const bool launched = report.dealt.load(std::memory_order_acquire) != 0;
    const std::uint32_t stages = report.stages.load(std::memory_order_relaxed);
    if (launched && stages != 0 && !shared.lines[slot].time_of(stages)) return true;
  }
  return false;
}

bool WorkerFleet::fits(const std::vector<WorkerShare>& shares, std::uint32_t streams) {
  if (request_.shares != shares || request_.streams != streams) return false;
  for (std::uint32_t index = 0; index < contexts(); ++index) {
    const ContextId context(index);
    if (ended(context) || state(context) != State::kServing || any_busy(context)) return false;
  }
  return true;
}

WorkerSetup WorkerFleet::setup_for(const LiveWork& work) const {
  WorkerSetup setup;
  setup.device = request_.device;
  setup.contexts = contexts();
  setup.streams = request_.streams;
  setup.staged = work.staged;
  setup.copies = work.copies;
  setup.seed = work.seed;
  setup.batches = work.batches;
  setup.set = work.workload->set;
  return setup;
}

Result<std::vector<WorkerReady>> WorkerFleet::set_up(const LiveWork& work) {
  // The scheduler's core is not among them, since this thread keeps off it. If there are too few, all workers
  // share what there is.
  const std::vector<std::uint32_t> cores = claim_worker_cores(contexts());
  WorkerSetup setup = setup_for(work);
  for (std::uint32_t index = 0; index < contexts(); ++index) {
    setup.context = ContextId(index);
    setup.granted_sms = request_.shares[index].granted_sms;
    if (!cores.empty()) setup.core = cores[index];
    workers_[index].progress = {};
    if (const Status sent = workers_[index].process.send(encode_setup(setup)); !sent.ok())
      return sent.error().in(name_of(setup.context));
  }
  std::vector<WorkerReady> ready;
  for (std::uint32_t index = 0; index < contexts(); ++index) {
    const ContextId context(index);
    Result<WorkerReady> answer = answer_of(context, work.watch);
    if (!answer.ok()) return answer.error().in(name_of(context));
    ready.push_back(std::move(answer).value());
  }
  return ready;
}

Result<std::string> WorkerFleet::line_of(ContextId context) {
  constexpr auto kTick = std::chrono::milliseconds(100);
  Worker& worker = workers_[context.at()];
  std::size_t end = worker.said.find('\n');
  if (end == std::string::npos) {
    if (!worker.process.receive(worker.said, kTick).ok()) {
      worker.process.stop(1);
      return environment_error("it ended while it was set up: " + ending(context));
    }
    end = worker.said.find('\n');
  }
  if (end == std::string::npos) return std::string();
  std::string line = worker.said.substr(0, end);
  worker.said.erase(0, end + 1);
  return line;
}

// All workers capture at once, though one is listened to at a time.
void WorkerFleet::tell_progress(const SetUpWatch& watch) const {
  WorkerProgress sum;
  for (const Worker& worker : workers_) {
    sum.captured += worker.progress.captured;
    sum.all += worker.progress.all;
  }
  watch.captured(sum.captured, sum.all);
}

Result<WorkerReady> WorkerFleet::answer_of(ContextId context, const SetUpWatch& watch) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPatience = std::chrono::minutes(10);
  const Clock::time_point give_up = Clock::now() + kPatience;
  while (true) {
    if (watch.stopped()) return environment_error(kSetUpStopped);
    DARIS_TRY_ASSIGN(const std::string line, line_of(context));
    if (const std::optional<WorkerProgress> progress = decode_progress(line)) {
      workers_[context.at()].progress = *progress;
      tell_progress(watch);
    } else if (!line.empty()) {
      return decode_answer(line);
    }
    if (Clock::now() > give_up) return environment_error("it was not ready after ten minutes");
  }
}

bool WorkerFleet::ended(ContextId context) {
  Worker& worker = workers_[context.at()];
  if (worker.state == State::kGone) return false;
  if (worker.state == State::kRemoving && !remover_.done(worker.pid)) return false;
  const bool dead = worker.state == State::kServing && memory(context).report->life.broken();
  if (!dead && !worker.process.ended()) return false;
  worker.state = State::kGone;
  return true;
}

std::string WorkerFleet::ending(ContextId context) const {
  const WorkerReport& report = *memory(context).report;
  if (report.faulted.load(std::memory_order_acquire) != 0) return report.fault.data();
  const std::string& ending = workers_[context.at()].process.ending();
  return ending.empty() ? "its process was killed" : ending;
}

void WorkerFleet::remove(ContextId context) {
  Worker& worker = workers_[context.at()];
  DARIS_CHECK(worker.state == State::kServing);
  worker.state = State::kRemoving;
  remover_.remove(worker.pid);
}

}  // namespace daris
