// A mechanism that can run workloads on this machine: what `--backend` names. It makes executors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "profiles/profile.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "workloads/workload.h"

namespace daris {

// What an executor is made for.
struct LiveWork {
  const Workload* workload = nullptr;  // not owned; needed only while the executor is made
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 1000;
  std::optional<std::uint32_t> sms;  // the whole machine is confined to so many
  bool staged = true;                // else each model is one stage
  bool copies = true;                // inputs are copied in and outputs copied back
  std::vector<std::uint32_t>
      batches;  // sizes of launches that a batching policy may ask for; empty: the tasks' own alone
  std::uint64_t seed = 1;  // of the weights
};

struct LiveMachine {
  std::unique_ptr<LiveExecutor> executor;
  std::vector<std::uint32_t> stages;  // by task
  // GPU memory by context (drive/runtime_figures.h); empty where the backend can't say.
  std::vector<std::uint64_t> context_memory_bytes;
  std::string summary;  // what setting it up took, for people; may be empty
};

// What is known of the machine; what is not is absent.
struct MachineFacts {
  std::optional<std::string> gpu, driver, cuda, cudnn, libtorch;
};

class LiveBackend {
 public:
  virtual ~LiveBackend() = default;

  [[nodiscard]] virtual Backend mechanism() const = 0;
  [[nodiscard]] virtual const MachineFacts& facts() const = 0;
  // Of the GPU that it drives; nothing where it drives none.
  [[nodiscard]] virtual std::optional<std::string> pci_bus_id() const { return std::nullopt; }
  [[nodiscard]] virtual IdleMode idle_mode() const = 0;
  // The core for the scheduler's thread, where it shall be pinned.
  [[nodiscard]] virtual std::optional<std::uint32_t> scheduler_core() const = 0;

  // How many contexts, of one stream each, a closed loop takes to saturate the machine: at OS = 2 where there
  // are partitions. Load is counted in that loop whatever shape and policy run, so that one load means one
  // demand. `sms`: as LiveWork's.
  [[nodiscard]] virtual std::uint32_t saturation_contexts(std::optional<std::uint32_t> sms) const = 0;
  // What no stage takes, however full the machine is: one that does hangs. Where estimates are known, those
  // far below them hang from a quarter of it on.
  [[nodiscard]] virtual Duration stage_limit() const = 0;

  // What of `work` this backend can't do, apart from what the machine lacks. Errors: of the input.
  [[nodiscard]] virtual Status check(const LiveWork& work) const = 0;

  // Sets models and slots up, which may take seconds; what the next executor can use again may be kept. One
  // executor at a time. Errors: of the environment: no memory, partitions other than asked for.
  [[nodiscard]] virtual Result<LiveMachine> make(const LiveWork& work,
                                                 std::shared_ptr<const RunClock> clock) = 0;

  // Drops what is kept for the next executor (graphs, worker processes), so that it has the memory.
  // REQUIRES: no executor is there.
  virtual void forget_graphs() {}
};

}  // namespace daris
