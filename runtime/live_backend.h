// A backend, named by `--backend`: it makes executors that run workloads on this machine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "profiles/context_list.h"
#include "profiles/partition.h"
#include "profiles/shape.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "runtime/set_up_watch.h"
#include "workloads/merging.h"
#include "workloads/workload.h"

namespace daris {

// The work and the shape that an executor is made for.
struct LiveWork {
  const Workload* workload = nullptr;  // not owned; needed only while the executor is made
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 1000;
  std::shared_ptr<const ContextList> list;  // of the contexts, which have one stream each; null: equal ones
  std::optional<std::uint32_t> sms;         // the whole machine is confined to so many SMs
  bool staged = true;                       // else each model is one stage
  bool copies = true;                       // inputs are copied in and outputs copied back
  // Inputs of jobs that wait are copied before the launch, if the backend can do that. REQUIRES: copies.
  bool early_inputs = false;
  // Sizes of launches that a batching policy may ask for; empty: the tasks' own alone.
  std::vector<std::uint32_t> batches;
  // The merged networks in which the tasks run, each launch of a task being one of its network; null: none is
  // merged. REQUIRES: not `staged`, and `batches` is empty.
  std::shared_ptr<const Merging> merging;
  std::uint64_t seed = 1;  // of the weights
  SetUpWatch watch;

  [[nodiscard]] Shape shape(Backend backend) const {
    return {backend, contexts, streams, oversubscription_milli, sms};
  }
  // One grant for each context. `machine` is confined already. Errors: those of profiles/partition.h, or of
  // profiles/context_list.h.
  [[nodiscard]] Result<std::vector<ContextGrant>> grants(const MachineShape& machine, Backend backend) const {
    if (list == nullptr) return make_partition(machine, shape(backend));
    return make_listed_partition(machine, backend, *list);
  }
  // Tells whether the context's kernels go before those of others.
  [[nodiscard]] bool is_urgent(std::size_t context) const {
    return list != nullptr && list->rows[list->row_of_context()[context]].urgent;
  }
};

struct LiveMachine {
  std::unique_ptr<LiveExecutor> executor;
  std::vector<std::uint32_t> stages;  // by task
  // GPU memory by context (drive/runtime_figures.h); empty if the backend doesn't know it.
  std::vector<std::uint64_t> context_memory_bytes;
  std::string summary;  // for people: what was set up; may be empty
};

// Facts of the machine. A fact that is not known is absent.
struct MachineFacts {
  std::optional<std::string> gpu, driver, cuda, cudnn, libtorch;
};

class LiveBackend {
 public:
  virtual ~LiveBackend() = default;

  [[nodiscard]] virtual Backend kind() const = 0;
  [[nodiscard]] virtual const MachineFacts& facts() const = 0;
  // The id of the GPU that it drives; nullopt if it drives none.
  [[nodiscard]] virtual std::optional<std::string> pci_bus_id() const { return std::nullopt; }
  [[nodiscard]] virtual IdleMode idle_mode() const = 0;
  // The core that the scheduler's thread is pinned to; nullopt if it is not pinned.
  [[nodiscard]] virtual std::optional<std::uint32_t> scheduler_core() const = 0;

  // Returns how many contexts, of one stream each, a closed loop takes to saturate the machine. If there are
  // partitions, the loop has OS = 2. Load is counted in that loop for every shape and policy, so that one
  // load means one demand. `sms` is as in LiveWork.
  [[nodiscard]] virtual std::uint32_t saturation_contexts(std::optional<std::uint32_t> sms) const = 0;
  // No stage takes this long, however full the machine is: one that does counts as hanging. If estimates are
  // known, a stage with a short one counts as hanging from a quarter of this limit on.
  [[nodiscard]] virtual Duration stage_limit() const = 0;

  // Says what of `work` this backend can't do, apart from what the machine lacks. Errors: of the input.
  [[nodiscard]] virtual Status check(const LiveWork& work) const = 0;

  // Sets models and slots up, which may take seconds. May keep what the next executor can use again. There is
  // one executor at a time. Errors: of the environment: no memory, partitions other than asked for,
  // or `work.watch` stopped it.
  [[nodiscard]] virtual Result<LiveMachine> make(const LiveWork& work,
                                                 std::shared_ptr<const RunClock> clock) = 0;

  // True if a stage of an executor that is gone still hangs, so that this process can't make another one.
  // REQUIRES: there is no executor.
  [[nodiscard]] virtual bool is_stuck() const { return false; }

  // Drops what is kept for the next executor (graphs, worker processes), so that its memory is free.
  // REQUIRES: there is no executor.
  virtual void forget_graphs() {}
};

}  // namespace daris
