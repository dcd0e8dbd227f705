// Tells how well a live run kept up, as the scheduler's own thread measured it. A simulated run has no such
// figures. docs/live-reports.md, "Runtime", explains them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"

namespace daris {

// All figures are of the measured window.
struct RuntimeFigures {
  Histogram decision_ns;  // one Policy::step()
  // From the poll that saw a completion to the return of each launch that its step decided, in the process
  // that launches. Only launches whose stage ended count.
  Histogram completion_to_launch_ns;
  Histogram release_lateness_ns;  // from a nominal release to the step that brought it
  // One turn of the scheduler's loop that found nothing to do. It is measured if the scheduler has a core of
  // its own and spins. Such a turn is short and always the same work. A mean far above the median, or a large
  // maximum, is time that the machine took away from that core. Everything else waited in that time too.
  Histogram idle_turn_ns;
  // Time that the host took from the scheduler's thread (drive/host_gap.h).
  Histogram host_gap_ns;
  Histogram host_gap_in_call_ns;  // of these, those that the driver may have caused
  std::optional<double> clock_mhz_start;
  std::optional<double> clock_mhz_end;
  // In use on the whole GPU at the window's end, by any process.
  std::optional<std::uint64_t> memory_bytes;
  // Bytes of GPU memory that the executor had taken for each context when the run began; empty if it can't
  // say.
  // - green, streams: the memory of the context's slots. It holds what their graphs work on and pass on,
  //   their inputs, and the libraries' workspaces of their streams. Graphs that are kept for an earlier point
  //   of the sweep count too. Weights and frames, which all contexts share, are in the total alone.
  // - mps: what the context's process has allocated: the same with weights and frames, which are its own.
  //
  // Neither counts what the driver keeps for CUDA contexts, kernels and graphs, so the sum is below the
  // total.
  std::vector<std::uint64_t> context_memory_bytes;
  std::optional<double> energy_j;  // energy that the GPU took over the window
};

// Of a run whose host took more than this share of the scheduler's time, figures are of the host rather than
// of the GPU. Quiet machines take up to 1.3%.
constexpr double kHostShareLimit = 0.02;

// The time that the host took from the scheduler's thread, over the measured window. REQUIRES: window > 0.
[[nodiscard]] double host_share(const RuntimeFigures& figures, Duration window);

// Histograms are pooled. The clock at the start is that of the first run, the clock at the end that of the
// last. Memory is the largest, also for each context. Energies are added; the sum is unknown if one of them
// is.
void add(RuntimeFigures& to, const RuntimeFigures& from);

}  // namespace daris
