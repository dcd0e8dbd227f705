// How well a live run kept up: what the scheduler's own thread measured of itself. A simulated run has none.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/histogram.h"

namespace daris {

// Of the measured window.
struct RuntimeFigures {
  Histogram decision_ns;  // one Policy::step()
  // From the poll that saw a completion to the return of each launch that its step decided, in the process
  // that launches; of launches whose stage ended.
  Histogram completion_to_launch_ns;
  Histogram release_lateness_ns;  // from a nominal release to the step that brought it
  // One turn of the scheduler's loop that found nothing to do, where the scheduler has a core of its own and
  // spins. It is short and always the same work: a mean far above the median, or a large maximum, is time
  // that the machine took away from that core, and in which all else waited too.
  Histogram idle_turn_ns;
  std::optional<double> clock_mhz_start;
  std::optional<double> clock_mhz_end;
  std::optional<std::uint64_t>
      memory_bytes;  // in use on the whole GPU, by whatever process, at the window's end
  // Bytes of GPU memory that the executor had taken for each context when the run began; empty where it can't
  // say. green, streams: for the context's slots: what their graphs work on and hand on, their inputs, the
  // libraries' workspaces of their streams; of all graphs that are kept, also for an earlier point of the
  // sweep. Weights and frames, which all contexts share, are in the total alone. mps: what the context's
  // process has allocated: the same with weights and frames, which are its own. Either way without what the
  // driver keeps for CUDA contexts, kernels and graphs, so that the sum is below the total.
  std::vector<std::uint64_t> context_memory_bytes;
  std::optional<double> energy_j;  // that the GPU took over the window
};

// Histograms are pooled; the clock at the start is that of the first run, the clock at the end that of the
// last; memory is the largest, for each context too; energies are added, and unknown where one is.
void add(RuntimeFigures& to, const RuntimeFigures& from);

}  // namespace daris
