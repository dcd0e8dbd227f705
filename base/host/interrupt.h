// Ctrl-C, SIGTERM and the end of the terminal. After one of them, work stops at the next point at which it
// can be kept, and the program ends with exit code 130.
#pragma once

#include <chrono>

namespace daris {

// Longer than work takes to stop, and shorter than people wait: a simulation within a second, a run on real
// hardware within three.
inline constexpr std::chrono::milliseconds kSimulatedGrace{700};
inline constexpr std::chrono::milliseconds kLiveGrace{2500};

// Says how a program ends after a signal.
struct InterruptPlan {
  // Work has so long to stop by itself. Then the program ends, wherever it is. 0: it ends at once, because
  // there is nothing to keep.
  std::chrono::milliseconds grace{0};
  // What is printed then. Lives as long as the program.
  const char* message = "interrupted; nothing was written";
  // A status line may stand on the terminal (base/host/progress.h). It is wiped before the message.
  bool wipes_line = false;
};

// From now on the first SIGINT, SIGTERM or SIGHUP (unless it is ignored, as under nohup) sets a flag, and the
// plan holds. A signal that comes a second later or more kills at once, as if it had never been caught. One
// that comes sooner changes nothing, because timeout(1) signals first a program and then its group. A later
// call changes the plan. Threads: one, and no InterruptHold exists.
void catch_interrupts(const InterruptPlan& plan);

// What the plan's message becomes once more is finished. Lives as long as the program. Threads: any.
void change_last_words(const char* message);

// Tells whether such a signal has come. Threads: any.
[[nodiscard]] bool interrupted();

// Ends the program as the plan says, if such a signal has come, without its grace. For a wait that may never
// end, in which there is nothing to keep. Does nothing while an InterruptHold exists. Threads: any.
void end_if_interrupted();

// While one of these exists, the program is not ended by the plan: what is finished is being written.
// Threads: any.
class InterruptHold {
 public:
  InterruptHold();
  ~InterruptHold();
  InterruptHold(const InterruptHold&) = delete;
  InterruptHold& operator=(const InterruptHold&) = delete;
};

// Signals wait from here on, through a change of program, until catch_interrupts().
void hold_back_interrupts();

}  // namespace daris
