// The commands that the scheduler gives a worker during a run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/ids.h"

namespace daris {

enum class CommandKind : std::uint32_t {
  kLaunch,  // start a stage
  kDrop,    // the jobs will not run on
  kReset,   // forget all jobs
  kProbe,   // find out if the GPU still answers
};

struct WorkerCommand {
  CommandKind kind = CommandKind::kLaunch;
  std::uint32_t ticket = 0;    // of a reset or a probe: the worker reports it when it is done
  SlotId slot;                 // of a launch: among the worker's own slots
  StageIndex stage;            // likewise
  std::uint32_t batch = 1;     // likewise
  std::int64_t posted_ns = 0;  // likewise: when, by the monotonic clock
  std::span<const JobId> jobs;
};

// Writes the command as words of a message. Allocates only if the vector is too small.
void encode(const WorkerCommand& command, std::vector<std::uint32_t>& words);

// Takes messages apart again. What decode() returns lives until its next call. REQUIRES: encode() made the
// words.
class CommandDecoder {
 public:
  [[nodiscard]] WorkerCommand decode(std::span<const std::uint32_t> words);

 private:
  std::vector<JobId> jobs_;
};

}  // namespace daris
