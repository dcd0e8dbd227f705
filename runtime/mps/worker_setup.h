// The setup that a worker is given before it serves, and its answer: one line of JSON each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/ids.h"
#include "workloads/workload.h"

namespace daris {

struct WorkerSetup {
  int device = 0;
  std::uint32_t contexts = 1;  // workers that share the segment
  ContextId context;           // of this one
  std::uint32_t streams = 1;
  std::uint32_t granted_sms = 0;      // SMs that it should see
  std::optional<std::uint32_t> core;  // for its thread; without one the thread naps while it waits
  bool staged = true;
  bool copies = true;
  std::uint64_t seed = 1;
  std::vector<std::uint32_t> batches;
  TaskSet set;  // scaled; arrivals are not sent, since a worker does not read them
};

[[nodiscard]] std::string encode_setup(const WorkerSetup& setup);
// Errors: the line is not of encode_setup().
[[nodiscard]] Result<WorkerSetup> decode_setup(const std::string& line);

struct WorkerReady {
  std::uint32_t granted_sms = 0;      // as measured
  std::vector<std::uint32_t> stages;  // by task
  std::uint64_t memory_bytes = 0;     // GPU memory that this process has allocated
};

// How far the set-up is; any number of these come before the answer.
struct WorkerProgress {
  std::size_t captured = 0;  // graphs
  std::size_t all = 0;
};
[[nodiscard]] std::string encode_progress(const WorkerProgress& progress);
// Nullopt if the line is an answer.
[[nodiscard]] std::optional<WorkerProgress> decode_progress(const std::string& line);

// The answer says that the worker is ready, or why it can't be.
[[nodiscard]] std::string encode_answer(const Result<WorkerReady>& answer);
[[nodiscard]] Result<WorkerReady> decode_answer(const std::string& line);

}  // namespace daris
