#include "profiles/profiler/worker_pool.h"

#include <fmt/format.h>

#include <chrono>

#include "profiles/partition.h"
#include "profiles/profile_json.h"
#include "profiles/profiler/estimate.h"

namespace daris {
namespace {

constexpr double kStartTimeoutS = 120;
constexpr double kGraceS = 10;

double timeout_s(const WorkUnit& unit, std::uint32_t machine_sms, std::uint32_t samples) {
  constexpr double kLeastS = 90;  // cuDNN tries its algorithms in a model's first unit
  constexpr double kFactor = 10;
  return kLeastS + kFactor * guess_seconds(unit, machine_sms, samples);
}

// A worker that sends a profile which can't be read is no better than one that dies.
Result<Profile> profile_in(const Reply& reply) {
  Result<Profile> profile = parse_profile(reply.body, "worker");
  if (profile.ok()) return profile;
  return environment_error(profile.error().message);
}

std::string request_to_measure(std::uint32_t samples, const WorkUnit& unit) {
  return fmt::format("measure {} {}", samples, encode_unit(unit));
}

}  // namespace

Result<Profile> WorkerPool::describe_machine() {
  DARIS_TRY_ASSIGN(WorkerProcess started, WorkerProcess::start(program_, WorkerRole::kTiming, {}));
  timing_.push_back(std::move(started));
  Result<Profile> described = greet(timing_.back());
  if (described.ok()) machine_ = described.value();
  return described;
}

Result<Profile> WorkerPool::greet(WorkerProcess& worker) {
  DARIS_TRY_ASSIGN(const Reply hello, worker.receive(kStartTimeoutS, interrupted_));
  if (hello.kind != ReplyKind::kProfile) return environment_error(hello.body);
  return profile_in(hello);
}

WorkerPool::Kind WorkerPool::kind_of(const WorkUnit& unit) const {
  if (unit.measurement == Measurement::kKernels) return {WorkerRole::kKernels, 0};
  if (unit.measurement == Measurement::kTraffic) return {WorkerRole::kTraffic, 0};
  if (unit.backend != Backend::kMps) return {WorkerRole::kTiming, 0};
  if (unit.measurement == Measurement::kTimes) return {WorkerRole::kMps, unit.mps_percentage};
  if (unit.measurement != Measurement::kSaturation) return {WorkerRole::kMps, 100};
  const auto grants = make_partition(shape_of(machine_.gpu), unit.shape());
  return {WorkerRole::kMps, grants.ok() ? grants.value().front().mps_percentage : 0};
}

Outcome WorkerPool::run(const WorkUnit& unit) {
  const bool by_mps_together = unit.measurement == Measurement::kSaturation && unit.backend == Backend::kMps;
  const Kind kind = kind_of(unit);
  std::vector<WorkerProcess>& workers = kind.role == WorkerRole::kTiming ? timing_ : others_;
  const Readiness readiness = make_ready(kind, by_mps_together ? unit.contexts : 1);
  if (readiness.availability == Availability::kUnavailable)
    return {OutcomeKind::kUnavailable, {}, readiness.message};
  if (readiness.availability == Availability::kFailed) return failed(workers, readiness.message);
  return by_mps_together ? saturate_by_mps(unit) : ask(workers, unit);
}

WorkerPool::Readiness WorkerPool::make_ready(const Kind& kind, std::size_t count) {
  if (kind.role == WorkerRole::kTiming) {
    // The other workers are done.
    stop_workers(others_);
    daemon_.reset();
    return timing_.empty() ? start_workers(timing_, kind, count) : Readiness{};
  }
  // The MPS server and its clients need the memory that the other worker's models and graphs hold.
  if (kind.role == WorkerRole::kMps) stop_workers(timing_);
  if (!(kind == others_kind_)) stop_workers(others_);
  if (kind.role != WorkerRole::kMps) daemon_.reset();
  if (kind.role == WorkerRole::kMps && !daemon_) {
    Result<MpsDaemon> daemon = MpsDaemon::start();
    if (!daemon.ok()) return {Availability::kUnavailable, daemon.error().message};
    daemon_ = std::move(daemon).value();
  }
  others_kind_ = kind;
  return others_.size() >= count ? Readiness{} : start_workers(others_, kind, count);
}

WorkerPool::Readiness WorkerPool::start_workers(std::vector<WorkerProcess>& workers, const Kind& kind,
                                                std::size_t count) {
  constexpr std::uint32_t kConnections = 8;  // as when the bundled profile was measured
  const WorkerProcess::Environment environment =
      kind.role == WorkerRole::kMps ? daemon_->client_environment(kind.mps_percentage, kConnections)
                                    : WorkerProcess::Environment{};
  const std::size_t first_new = workers.size();
  while (workers.size() < count) {  // all at once, because a start mostly loads libraries
    Result<WorkerProcess> started = WorkerProcess::start(program_, kind.role, environment);
    if (!started.ok()) return {Availability::kFailed, started.error().message};
    workers.push_back(std::move(started).value());
  }
  for (std::size_t index = first_new; index < count; ++index) {
    const Result<Profile> hello = greet(workers[index]);
    if (!hello.ok()) return {Availability::kFailed, "a worker did not start: " + hello.error().message};
    if (kind.role != WorkerRole::kMps) continue;
    // If CUDA can't reach the daemon, it runs without MPS and does not say so.
    const std::uint32_t expected = mps_granted_sms(shape_of(machine_.gpu), kind.mps_percentage);
    if (hello.value().gpu.sms != expected)
      return {Availability::kFailed, fmt::format("a worker at {}% of MPS sees {} SMs, not {}",
                                                 kind.mps_percentage, hello.value().gpu.sms, expected)};
  }
  return {};
}

Outcome WorkerPool::ask(std::vector<WorkerProcess>& workers, const WorkUnit& unit) {
  const Status sent = workers.front().send(request_to_measure(samples_, unit));
  if (!sent.ok()) return failed(workers, sent.error().message);
  Result<Outcome> outcome = read_outcome(workers.front(), timeout_s(unit, machine_.gpu.sms, samples_));
  if (!outcome.ok()) return failed(workers, outcome.error().message);
  // The memory of the GPU that a failed unit took, by half-made graphs for example, only comes back when its
  // process ends.
  if (outcome.value().kind == OutcomeKind::kFailed) return failed(workers, outcome.value().message);
  return std::move(outcome).value();
}

Result<Outcome> WorkerPool::read_outcome(WorkerProcess& worker, double patience_s) {
  DARIS_TRY_ASSIGN(const Reply reply, worker.receive(patience_s, interrupted_));
  switch (reply.kind) {
    case ReplyKind::kProfile: {
      DARIS_TRY_ASSIGN(Profile part, profile_in(reply));
      return Outcome{OutcomeKind::kMeasured, std::move(part), ""};
    }
    case ReplyKind::kUnavailable: return Outcome{OutcomeKind::kUnavailable, {}, reply.body};
    case ReplyKind::kError: return Outcome{OutcomeKind::kFailed, {}, reply.body};
    default: return environment_error(reply.body);
  }
}

Outcome WorkerPool::saturate_by_mps(const WorkUnit& unit) {
  const double patience_s = timeout_s(unit, machine_.gpu.sms, samples_);
  if (const Status ready = prepare_together(unit, patience_s); !ready.ok())
    return failed(others_, ready.error().message);
  Outcome total;
  for (std::uint32_t context = 0; context < unit.contexts; ++context) {
    Result<Outcome> one = read_outcome(others_[context], patience_s);
    if (!one.ok()) return failed(others_, one.error().message);
    if (one.value().kind != OutcomeKind::kMeasured) return failed(others_, one.value().message);
    if (context == 0) {
      total = std::move(one).value();
    } else {
      total.part.saturations.front().jobs_per_s += one.value().part.saturations.front().jobs_per_s;
    }
  }
  return total;
}

Status WorkerPool::prepare_together(const WorkUnit& unit, double patience_s) {
  const std::string request = request_to_measure(samples_, unit);
  for (std::uint32_t context = 0; context < unit.contexts; ++context)
    DARIS_TRY(others_[context].send(request));
  for (std::uint32_t context = 0; context < unit.contexts; ++context) {
    DARIS_TRY_ASSIGN(const Reply reply, others_[context].receive(patience_s, interrupted_));
    if (reply.kind != ReplyKind::kReady) return environment_error(reply.body);
  }
  constexpr auto kLead = std::chrono::milliseconds(20);
  const auto start = (std::chrono::steady_clock::now() + kLead).time_since_epoch();
  const std::string go = fmt::format("go {}", std::chrono::nanoseconds(start).count());
  for (std::uint32_t context = 0; context < unit.contexts; ++context) DARIS_TRY(others_[context].send(go));
  return {};
}

Outcome WorkerPool::failed(std::vector<WorkerProcess>& workers, const std::string& message) {
  stop_workers(workers);
  return {interrupted_() ? OutcomeKind::kInterrupted : OutcomeKind::kFailed, {}, message};
}

void WorkerPool::stop_workers(std::vector<WorkerProcess>& workers) {
  // All inputs are closed first, so that the workers end together.
  for (WorkerProcess& worker : workers) worker.close_input();
  for (WorkerProcess& worker : workers) worker.stop(interrupted_() ? 1 : kGraceS);
  workers.clear();
}

void WorkerPool::stop() {
  stop_workers(timing_);
  stop_workers(others_);
  daemon_.reset();
}

}  // namespace daris
