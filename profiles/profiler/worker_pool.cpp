#include "profiles/profiler/worker_pool.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "profiles/partition.h"
#include "profiles/profile_json.h"
#include "profiles/profiler/estimate.h"
#include "profiles/profiler/plan.h"

namespace daris {
namespace {

constexpr double kStartTimeoutS = 120;
constexpr double kGraceS = 10;

double timeout_s(const WorkUnit& unit, std::uint32_t machine_sms, std::uint32_t samples) {
  constexpr double kLeastS = 90;  // cuDNN tries its algorithms in a model's first unit
  constexpr double kFactor = 10;
  return kLeastS + kFactor * guess_seconds(unit, machine_sms, samples);
}

// As many hardware queues as `daris run` asks for.
WorkerProcess::Environment environment_of_a_run() {
  return {{"CUDA_DEVICE_MAX_CONNECTIONS", std::to_string(kAllHardwareQueues)}};
}

// A worker that sends a profile which can't be read is no better than one that dies.
Result<Profile> profile_in(const Reply& reply) {
  Result<Profile> profile = parse_profile(reply.body, "worker");
  if (profile.ok()) return profile;
  return environment_error(profile.error().message);
}

// `verb` is "measure"; "choose": to choose the network's algorithms; or "busy": to be a neighbour until the
// line "rest".
std::string request_to(std::string_view verb, std::uint32_t samples, const WorkUnit& unit) {
  return fmt::format("{} {} {}", verb, samples, encode_unit(unit));
}

// The unit as its neighbours see it.
WorkUnit neighbour_of(WorkUnit unit) {
  std::swap(unit.model, unit.neighbour_model);
  std::swap(unit.precision, unit.neighbour_precision);
  std::swap(unit.batch, unit.neighbour_batch);
  return unit;
}

}  // namespace

Result<Profile> WorkerPool::describe_machine() {
  DARIS_TRY_ASSIGN(WorkerProcess started,
                   WorkerProcess::start(program_, WorkerRole::kTiming, environment_of_a_run()));
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
  if (unit.measurement == Measurement::kKernels) return {WorkerRole::kKernels};
  if (unit.measurement == Measurement::kTraffic) return {WorkerRole::kTraffic};
  if (unit.backend != Backend::kMps)
    return {WorkerRole::kTiming, 0, choice_sms(unit, shape_of(machine_.gpu))};
  if (unit.measurement == Measurement::kTimes) return {WorkerRole::kMps, unit.mps_percentage};
  if (unit.measurement == Measurement::kLaunch) return {WorkerRole::kMps, 100};
  const auto grants = make_partition(shape_of(machine_.gpu), unit.shape());
  return {WorkerRole::kMps, grants.ok() ? grants.value().front().mps_percentage : 0};
}

Outcome WorkerPool::run(const WorkUnit& unit) {
  const bool saturates = unit.measurement == Measurement::kSaturation;
  const bool by_mps_together =
      unit.backend == Backend::kMps && (saturates || unit.measurement == Measurement::kNeighbours);
  const Kind kind = kind_of(unit);
  std::vector<WorkerProcess>& workers = kind.role == WorkerRole::kTiming ? timing_ : others_;
  const Readiness readiness = make_ready(kind, by_mps_together ? unit.contexts : 1);
  if (readiness.availability == Availability::kUnavailable)
    return {OutcomeKind::kUnavailable, {}, readiness.message};
  if (readiness.availability == Availability::kFailed) return failed(workers, readiness.message);
  if (!by_mps_together) return ask("measure", workers, unit);
  return saturates ? saturate_by_mps(unit) : beside_clients(unit);
}

WorkerPool::Readiness WorkerPool::make_ready(const Kind& kind, std::size_t count) {
  if (kind.role == WorkerRole::kTiming) {
    // The other workers are done.
    stop_workers(others_);
    daemon_.reset();
    if (timing_choice_sms_.value_or(kind.choice_sms) != kind.choice_sms) stop_workers(timing_);
    timing_choice_sms_ = kind.choice_sms;
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
  constexpr std::uint32_t kClientConnections = 8;  // no client has as many streams
  const WorkerProcess::Environment environment =
      kind.role == WorkerRole::kMps ? daemon_->client_environment(kind.mps_percentage, kClientConnections)
                                    : environment_of_a_run();
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

Outcome WorkerPool::ask(std::string_view verb, std::vector<WorkerProcess>& workers, const WorkUnit& unit,
                        std::size_t worker) {
  const Status sent = workers[worker].send(request_to(verb, samples_, unit));
  if (!sent.ok()) return failed(workers, sent.error().message);
  Result<Outcome> outcome = read_outcome(workers[worker], timeout_s(unit, machine_.gpu.sms, samples_));
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

std::optional<Outcome> WorkerPool::choose_in_turn(const WorkUnit& unit) {
  for (std::uint32_t context = 0; context < unit.contexts; ++context) {
    const bool beside = unit.measurement == Measurement::kNeighbours && context > 0;
    Outcome chosen = ask("choose", others_, beside ? neighbour_of(unit) : unit, context);
    if (chosen.kind != OutcomeKind::kMeasured) return chosen;
  }
  return std::nullopt;
}

Outcome WorkerPool::saturate_by_mps(const WorkUnit& unit) {
  const double patience_s = timeout_s(unit, machine_.gpu.sms, samples_);
  if (std::optional<Outcome> wrong = choose_in_turn(unit)) return *std::move(wrong);
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

Outcome WorkerPool::beside_clients(const WorkUnit& unit) {
  const double patience_s = timeout_s(unit, machine_.gpu.sms, samples_);
  if (std::optional<Outcome> wrong = choose_in_turn(unit)) return *std::move(wrong);
  for (std::uint32_t context = 1; context < unit.contexts; ++context) {
    const Status sent = others_[context].send(request_to("busy", samples_, unit));
    if (!sent.ok()) return failed(others_, sent.error().message);
  }
  for (std::uint32_t context = 1; context < unit.contexts; ++context) {
    const Result<Reply> reply = others_[context].receive(patience_s, interrupted_);
    if (!reply.ok()) return failed(others_, reply.error().message);
    if (reply.value().kind != ReplyKind::kReady) return failed(others_, reply.value().body);
  }
  Outcome measured = ask("measure", others_, unit);
  // The others are busy still, and would take the next request for their line.
  if (measured.kind == OutcomeKind::kUnavailable) stop_workers(others_);
  if (measured.kind != OutcomeKind::kMeasured) return measured;
  for (std::uint32_t context = 1; context < unit.contexts; ++context) {
    const Status sent = others_[context].send("rest");
    if (!sent.ok()) return failed(others_, sent.error().message);
    const Result<Outcome> rested = read_outcome(others_[context], patience_s);
    if (!rested.ok()) return failed(others_, rested.error().message);
    if (rested.value().kind != OutcomeKind::kMeasured) return failed(others_, rested.value().message);
  }
  return measured;
}

Status WorkerPool::prepare_together(const WorkUnit& unit, double patience_s) {
  const std::string request = request_to("measure", samples_, unit);
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
