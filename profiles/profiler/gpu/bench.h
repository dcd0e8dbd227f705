// The measurements that run with CUPTI off, on the GPU of this process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "profiles/profile.h"
#include "profiles/profiler/gpu/chain_timer.h"
#include "profiles/profiler/gpu/closed_loop.h"
#include "profiles/profiler/gpu/green_machine.h"
#include "profiles/profiler/gpu/model_store.h"
#include "profiles/profiler/gpu/slot_graphs.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

// Each function measures one unit and gives a profile that holds that alone. Threads: one, except where said otherwise.
// Under MPS (`under_mps`) the process has one context, and plain streams in it.
// Throw GpuError and what Torch throws; the next unit may be tried then.
class Bench {
 public:
  Bench(int device, bool under_mps);

  [[nodiscard]] MachineShape machine() const { return machine_; }
  // SMs that this process was granted, seen by a probe kernel; all of them without MPS.
  [[nodiscard]] std::uint32_t granted_sms() const { return granted_sms_; }

  [[nodiscard]] Profile times(const WorkUnit& unit, std::uint32_t samples);
  [[nodiscard]] Profile cold(const WorkUnit& unit, std::uint32_t samples);
  [[nodiscard]] Profile neighbours(const WorkUnit& unit, std::uint32_t samples);  // starts a thread of its own
  [[nodiscard]] Profile launch(const WorkUnit& unit);

  // Closed loop. prepare_saturation() makes the slots of this process: all of them, or under MPS those of one context.
  // run_saturation() gives their rate, and lets go of them.
  void prepare_saturation(const WorkUnit& unit);
  [[nodiscard]] double run_saturation();

  [[nodiscard]] ModelStore& store() { return store_; }
  // A stream on all SMs.
  [[nodiscard]] CUstream whole_stream();

 private:
  CUstream plain_stream(std::uint32_t index);
  std::vector<CUstream> slot_streams(const WorkUnit& unit);

  int device_;
  bool under_mps_;
  std::unique_ptr<GreenMachine> green_;  // not under MPS
  MachineShape machine_;
  std::uint32_t granted_sms_ = 0;
  std::vector<CUstream> plain_streams_;
  ModelStore store_;
  ChainTimer timer_;
  // Of the saturation that was prepared.
  std::vector<std::unique_ptr<SlotGraphs>> saturation_graphs_;
  std::vector<LoopSlot> saturation_slots_;
};

}  // namespace daris
