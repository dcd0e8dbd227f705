// daris-mps-priorities: what people do for an urgent network without a scheduler. Started with --client, it
// is its own client (client_program.h).
#include <cmath>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/program.h"
#include "base/host/spawn.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/shell_word.h"
#include "gpu/gpu_facts.h"
#include "runtime/core_pin.h"
#include "runtime/gpu/machine_facts.h"
#include "runtime/mps/monotonic_ns.h"
#include "runtime/rivals/client_program.h"
#include "runtime/rivals/graph_engine.h"
#include "runtime/rivals/rival_fleet.h"
#include "runtime/rivals/rival_options.h"
#include "runtime/rivals/rival_report.h"

namespace daris {
namespace {

// All processes have the plan before it begins.
LoopPlan plan_for(double rate_hz, const RivalOptions& options) {
  constexpr std::int64_t kLeadNs = 100 * kNsPerMs;
  LoopPlan plan;
  plan.period_ns = std::llround(kNsPerSecond / rate_hz);
  plan.begin_ns = monotonic_ns() + kLeadNs;
  const std::int64_t warm_jobs = (options.warmup.ns() + plan.period_ns - 1) / plan.period_ns;
  plan.window_ns = plan.begin_ns + warm_jobs * plan.period_ns;
  plan.end_ns = plan.window_ns + options.jobs * plan.period_ns;
  return plan;
}

// Cores of the processes: the urgent one's is the last, and no other process uses its neighbours.
RivalFleetRequest fleet_request(const RivalOptions& options, bool priorities) {
  RivalFleetRequest request;
  request.client = {this_program(), std::string(kRivalClientWord)};
  request.device = static_cast<int>(options.device);
  request.priorities = priorities;
  request.urgent_core = claim_scheduler_core();
  if (request.urgent_core) request.cores = claim_worker_cores(options.beside.back());
  return request;
}

Result<RivalPoint> measure(RivalFleet& fleet, const RivalOptions& options, double rate_hz) {
  const LoopPlan plan = plan_for(rate_hz, options);
  DARIS_TRY_ASSIGN(std::vector<LoopResult> results, fleet.run(plan));
  RivalPoint point;
  point.rate_hz = rate_hz;
  point.mps = fleet.under_mps();
  point.window_s = Duration::from_ns(plan.end_ns - plan.window_ns).seconds();
  point.networks = fleet.networks();
  point.results = std::move(results);
  return point;
}

// One daemon and one fleet: whether a client is below normal is settled when it starts.
Status measure_all(const RivalOptions& options, bool priorities, std::vector<RivalPoint>& points) {
  const RivalFleetRequest request = fleet_request(options, priorities);
  const bool pinned = request.urgent_core && request.cores.size() == options.beside.back();
  DARIS_TRY_ASSIGN(RivalFleet fleet, RivalFleet::start(request));
  for (const std::uint32_t beside : options.beside) {
    DARIS_TRY(fleet.grow_to(beside));
    for (const double rate_hz : options.rates_hz) {
      DARIS_TRY_ASSIGN(RivalPoint point, measure(fleet, options, rate_hz));
      point.priorities = priorities;
      point.pinned = pinned;
      points.push_back(std::move(point));
    }
  }
  return {};
}

// What was measured before a failure or a signal is kept.
int write(const std::vector<RivalPoint>& points, const RivalOptions& options, const MachineFacts& machine,
          const std::string& command, const Status& measured) {
  if (!points.empty()) {
    const Status written =
        keep_output(options.output, write_json(rival_document(points, machine, command)), "measurements");
    if (!written.ok()) return fail(written.error());
  }
  if (interrupted()) return kInterrupted;
  if (!measured.ok()) return fail(measured.error());
  for (const RivalPoint& point : points) {
    if (!point.mps) return fail(kCheckFailed, "the driver says that a process did not run under MPS");
  }
  return kDone;
}

int run(const std::vector<std::string>& arguments) {
  const Result<RivalOptions> parsed = parse_rival_options(arguments);
  if (!parsed.ok()) return fail(parsed.error());
  const RivalOptions& options = parsed.value();
  if (options.help) {
    std::cout << rival_help();
    return kDone;
  }
  if (const Status writable = check_output(options.output); !writable.ok()) return fail(writable.error());
  if (const auto reason = no_gpu()) return fail(kEnvironment, *reason);
  if (static_cast<int>(options.device) >= gpu_count())
    return fail(kBadInput, "--device: the highest number is " + std::to_string(gpu_count() - 1));
  const MachineFacts machine = machine_facts(gpu_facts(static_cast<int>(options.device)));
  std::string command = "daris-mps-priorities";
  for (const std::string& argument : arguments) command += " " + quoted_word(argument);
  catch_interrupts({kLiveGrace, "interrupted; nothing was measured yet"});
  std::vector<RivalPoint> points;
  Status measured;
  for (const bool priorities : options.priorities) {
    if (measured.ok()) measured = measure_all(options, priorities, points);
  }
  return write(points, options, machine, command, measured);
}

}  // namespace
}  // namespace daris

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() == 1 && arguments.front() == daris::kRivalClientWord)
    daris::run_rival_client(daris::make_graph_engine);
  return daris::run_as_program([&] { return daris::run(arguments); });
}
