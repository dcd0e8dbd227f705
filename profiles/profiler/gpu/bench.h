// The measurements that run with CUPTI off, on the GPU of this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gpu/green_machine.h"
#include "profiles/profile.h"
#include "profiles/profiler/gpu/busy_slots.h"
#include "profiles/profiler/gpu/chain_timer.h"
#include "profiles/profiler/gpu/closed_loop.h"
#include "profiles/profiler/gpu/model_store.h"
#include "profiles/profiler/gpu/slot_graphs.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

// The streams that a process may have. CUPTI's range profiler and green contexts exclude each other (CUDA
// 13.0).
enum class BenchStreams { kGreen, kPlain, kMps };

// Each function measures one unit and returns a profile that holds that alone. All units of one Bench have
// the same choice_sms(), since cuDNN chooses once in a process. Under MPS the process is one context, with
// plain streams in it. The functions throw GpuError and what Torch throws; the next unit may be tried then.
// Threads: one, unless said otherwise.
class Bench {
 public:
  Bench(int device, BenchStreams streams);

  [[nodiscard]] MachineShape machine() const { return machine_; }
  // The SMs that this process was granted, as a probe kernel sees them; without MPS all of them.
  [[nodiscard]] std::uint32_t granted_sms() const { return granted_sms_; }

  [[nodiscard]] Profile times(const WorkUnit& unit, std::uint32_t samples);
  [[nodiscard]] Profile cold(const WorkUnit& unit, std::uint32_t samples);
  [[nodiscard]] Profile neighbours(const WorkUnit& unit,
                                   std::uint32_t samples);  // starts a thread of its own
  [[nodiscard]] Profile launch(const WorkUnit& unit);

  // Runs the unit's neighbours in all slots of this process, by a thread of its own, until end_busy().
  // Returns when they run.
  void begin_busy(const WorkUnit& unit);
  void end_busy();

  // A closed loop. prepare_saturation() makes the slots of this process: all of them, or under MPS those of
  // one context. run_saturation() returns their rate and destroys them.
  void prepare_saturation(const WorkUnit& unit);
  [[nodiscard]] double run_saturation();

  // The model of the unit, ready to be captured.
  [[nodiscard]] const StagedModel& ready_model(const WorkUnit& unit);
  // Stream number `index` outside any partition. The first call for it makes it.
  [[nodiscard]] CUstream plain_stream(std::uint32_t index);

 private:
  // A stream on all SMs.
  CUstream whole_stream();
  // The stream in whose partition cuDNN chooses the algorithms of the unit's networks (choice_sms() in
  // profiles/profiler/plan.h). Under MPS the process has no more SMs than that.
  CUstream choice_stream(const WorkUnit& unit);
  std::vector<CUstream> slot_streams(const WorkUnit& unit);
  // The unit's neighbour model, ready to be captured.
  const StagedModel& neighbour(const WorkUnit& unit);

  int device_;
  bool under_mps_;
  std::unique_ptr<GreenMachine> green_;  // BenchStreams::kGreen only
  std::int64_t l2_bytes_ = 0;
  MachineShape machine_;
  std::uint32_t granted_sms_ = 0;
  std::vector<CUstream> plain_streams_;
  ModelStore store_;
  ChainTimer timer_;
  // These belong to the saturation that was prepared.
  std::vector<std::unique_ptr<SlotGraphs>> saturation_graphs_;
  std::vector<LoopSlot> saturation_slots_;
  std::unique_ptr<BusySlots> busy_;  // of this process, for another one
};

}  // namespace daris
