#include "profiles/profiler/gpu/worker.h"

#include <cuda_runtime_api.h>
#include <cupti.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "gpu/gpu_facts.h"
#include "gpu/graph_capture.h"
#include "gpu/nvml.h"
#include "profiles/profile_json.h"
#include "profiles/profiler/gpu/bench.h"
#include "profiles/profiler/gpu/cupti_check.h"
#include "profiles/profiler/gpu/kernel_trace.h"
#include "profiles/profiler/gpu/traffic_counter.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

constexpr int kDevice = 0;

BenchStreams streams_of(WorkerRole role) {
  if (role == WorkerRole::kMps) return BenchStreams::kMps;
  return role == WorkerRole::kTraffic ? BenchStreams::kPlain : BenchStreams::kGreen;
}

class Worker {
 public:
  Worker(WorkerRole role, int replies) : role_(role), replies_(replies) {}

  int run() {
    try {
      if (const auto reason = no_gpu()) return end(*reason + ": daris profile measures a real GPU");
      // This must come before the first graph (kernel_trace.h).
      if (role_ == WorkerRole::kKernels) start_kernel_trace();
      bench_.emplace(kDevice, streams_of(role_));
      find_facts();
      say(ReplyKind::kProfile, write_profile(with_facts({})));
    } catch (const std::exception& error) {
      return end(error.what());
    }
    for (std::string line; std::getline(std::cin, line);) {
      Reply reply = answer(line);
      // After a fault of the GPU nothing works any more in this process.
      if (reply.kind == ReplyKind::kError && cudaDeviceSynchronize() != cudaSuccess)
        reply.kind = ReplyKind::kFatal;
      say(reply.kind, reply.body);
      if (reply.kind == ReplyKind::kFatal) return 1;
    }
    return 0;
  }

 private:
  int end(const std::string& reason) {
    say(ReplyKind::kFatal, reason);
    return 3;
  }

  void say(ReplyKind kind, const std::string& body) const {
    const std::string text = encode_reply({kind, body});
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t wrote = write(replies_, text.data() + sent, text.size() - sent);
      if (wrote <= 0) std::_Exit(1);  // nobody listens any more
      sent += static_cast<std::size_t>(wrote);
    }
  }

  void find_facts() {
    const GpuFacts known = gpu_facts(kDevice);
    bus_id_ = known.pci_bus_id;
    GpuDescription& gpu = facts_.gpu;
    gpu.name = known.name;
    gpu.compute_capability = known.compute_capability;
    gpu.driver = known.driver.value_or("unknown");
    gpu.sms = role_ == WorkerRole::kMps ? bench_->granted_sms() : bench_->machine().sms;
    gpu.group_sms = role_ == WorkerRole::kMps ? 0 : bench_->machine().group_sms;
    gpu.groups = role_ == WorkerRole::kMps ? 0 : bench_->machine().groups;
    gpu.memory_bytes = known.memory_bytes;
    gpu.l2_bytes = known.l2_bytes;
    facts_.cuda = known.cuda;
    facts_.cudnn = known.cudnn;
    facts_.libtorch = known.libtorch;
    std::uint32_t cupti = 0;
    DARIS_CUPTI(cuptiGetVersion(&cupti));
    facts_.cupti = std::to_string(cupti);
    facts_.conditions = {AlgorithmsOf::kPartition, kAllHardwareQueues};
    // The parent knows these better, but a profile must have them.
    facts_.name = "part";
    facts_.command = "daris-profile --worker";
    facts_.date_utc = "part";
  }

  Profile with_facts(Profile profile) const {
    profile.name = facts_.name;
    profile.command = facts_.command;
    profile.date_utc = facts_.date_utc;
    profile.gpu = facts_.gpu;
    profile.cuda = facts_.cuda;
    profile.cudnn = facts_.cudnn;
    profile.libtorch = facts_.libtorch;
    profile.cupti = facts_.cupti;
    profile.conditions = facts_.conditions;
    // This is right after the work, so the clock is that under load.
    profile.gpu.clock_mhz_start = nvml_.sm_clock_mhz(bus_id_).value_or(0);
    profile.gpu.clock_mhz_end = profile.gpu.clock_mhz_start;
    return profile;
  }

  Reply answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::uint32_t samples = 0;
    std::string unit_text;
    words >> verb >> samples;
    std::getline(words >> std::ws, unit_text);
    const Result<WorkUnit> unit = decode_unit(unit_text);
    const bool known = verb == "measure" || verb == "choose" || verb == "busy";
    if (!known || !unit.ok()) return {ReplyKind::kError, "not a request: " + line};
    try {
      if (verb == "busy") be_busy(unit.value());
      if (verb == "choose") static_cast<void>(bench_->ready_model(unit.value()));
      if (verb != "measure") return {ReplyKind::kProfile, write_profile(with_facts({}))};
      return {ReplyKind::kProfile, write_profile(with_facts(measure(unit.value(), samples)))};
    } catch (const Unavailable& reason) {
      return {ReplyKind::kUnavailable, reason.message};
    } catch (const std::exception& error) {
      const std::string text = error.what();
      return {ReplyKind::kError, text.substr(0, text.find('\n'))};
    }
  }

  // Until the next line comes.
  void be_busy(const WorkUnit& unit) {
    bench_->begin_busy(unit);
    say(ReplyKind::kReady, "");
    std::string line;
    std::getline(std::cin, line);
    bench_->end_busy();
  }

  struct Unavailable {
    std::string message;
  };

  Profile measure(const WorkUnit& unit, std::uint32_t samples) {
    switch (unit.measurement) {
      case Measurement::kTimes: return bench_->times(unit, samples);
      case Measurement::kCold: return bench_->cold(unit, samples);
      case Measurement::kNeighbours: return bench_->neighbours(unit, samples);
      case Measurement::kLaunch: return bench_->launch(unit);
      case Measurement::kSaturation: return saturation(unit);
      case Measurement::kKernels:
        return detail(unit, [](CUstream stream, const SlotGraphs& graphs, BatchProfile& batch) {
          batch.kernels.emplace();
          for (const cudaGraphExec_t stage : graphs.stages())
            batch.kernels->push_back(trace_kernels(stream, stage));
        });
      case Measurement::kTraffic: return traffic(unit);
    }
    return {};
  }

  Profile saturation(const WorkUnit& unit) {
    bench_->prepare_saturation(unit);
    if (role_ == WorkerRole::kMps) await_go();
    Saturation result;
    result.model = profiled_name(unit.model);
    result.precision = unit.precision;
    result.batch = unit.batch;
    result.weights = unit.weights;
    result.staged = unit.staged;
    result.shape = unit.shape();
    // A client of MPS sees only its share of the GPU, but this figure is of the whole machine.
    facts_.gpu.sms = std::max(facts_.gpu.sms, unit.sms);
    result.jobs_per_s = bench_->run_saturation();
    Profile profile;
    profile.saturations.push_back(result);
    return profile;
  }

  // The processes begin together, at a time of the clock that they share.
  void await_go() {
    say(ReplyKind::kReady, "");
    std::string line;
    std::getline(std::cin, line);
    std::istringstream words(line);
    std::string verb;
    std::int64_t at_ns = 0;
    words >> verb >> at_ns;
    if (verb != "go") throw GpuError("wanted \"go\", got \"" + line + "\"");
    const std::chrono::steady_clock::time_point start{std::chrono::nanoseconds(at_ns)};
    while (std::chrono::steady_clock::now() < start) {
    }
  }

  Profile traffic(const WorkUnit& unit) {
    if (!counter_) {
      try {
        counter_ = std::make_unique<TrafficCounter>(kDevice);
      } catch (const GpuError& error) {
        throw Unavailable{error.what()};
      }
    }
    return detail(unit, [&](CUstream stream, const SlotGraphs& graphs, BatchProfile& batch) {
      batch.traffic = counter_->measure(stream, graphs.stages());
    });
  }

  template <typename Look>
  Profile detail(const WorkUnit& unit, const Look& look) {
    const StagedModel& model = bench_->ready_model(unit);
    BatchProfile batch;
    batch.batch = unit.batch;
    {
      const CUstream stream = bench_->plain_stream(0);
      const SlotGraphs graphs(model, unit.batch, stream, kDevice, Capture::kStages);
      look(stream, graphs, batch);
    }
    release_graph_memory();
    Profile profile;
    profile.models.push_back(describe_model(model, unit.precision));
    profile.models.back().batches.push_back(std::move(batch));
    return profile;
  }

  WorkerRole role_;
  int replies_;
  Nvml nvml_;
  std::string bus_id_;
  Profile facts_;
  std::optional<Bench> bench_;
  std::unique_ptr<TrafficCounter> counter_;
};

}  // namespace

int run_worker(WorkerRole role) {
  // Standard output is the parent's; what libraries print goes to standard error.
  const int replies = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  // Nothing is destroyed, since streams, green contexts and Torch's caches hold on to each other.
  Worker worker(role, replies);
  std::_Exit(worker.run());
}

}  // namespace daris
