// What was measured, as a document daris.mps-priorities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"
#include "runtime/live_backend.h"
#include "runtime/rivals/client_loop.h"

namespace daris {

struct RivalPoint {
  double rate_hz = 0;
  bool priorities = true;
  bool pinned = false;  // each process had a core of its own
  bool mps = false;     // the driver told every process that it works through MPS
  double window_s = 0;
  std::vector<std::string> networks;  // of the best-effort processes
  std::vector<LoopResult> results;    // the urgent process's first
};

// Jobs of a network in jobs of ResNet-18: a ResNet-50 counts 1.87.
[[nodiscard]] double resnet18_equivalents(const std::string& network);

// The value below which `percent` of all lie, by nearest rank; nullopt if there is none.
[[nodiscard]] std::optional<std::int64_t> percentile(std::vector<std::int64_t> values, double percent);

// REQUIRES: each point has a result more than networks. Aborts if the document breaks its schema.
[[nodiscard]] Json rival_document(const std::vector<RivalPoint>& points, const MachineFacts& machine,
                                  const std::string& command);

}  // namespace daris
