// One unit of the profiler's work. It is measured in one go, and is kept or lost as a whole.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "profiles/profile.h"
#include "workloads/task_set.h"

namespace daris {

// The names of --what.
enum class Measurement { kTimes, kKernels, kTraffic, kCold, kNeighbours, kLaunch, kSaturation };

[[nodiscard]] std::string_view to_text(Measurement measurement);

// Fields that a measurement does not need keep their defaults (launch: no model; kernels, traffic, cold: all
// SMs).
struct WorkUnit {
  Measurement measurement = Measurement::kTimes;
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Backend backend = Backend::kGreen;
  std::uint32_t sms = 0;             // times: the quota (green); saturation: of the machine in use
  std::uint32_t mps_percentage = 0;  // times by mps
  std::string neighbour_model;       // neighbours
  Precision neighbour_precision = Precision::kTf32;
  std::uint32_t neighbour_batch = 1;
  std::uint32_t contexts = 1;  // neighbours, saturation
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 1000;
  Weights weights = Weights::kShared;  // saturation
  bool staged = true;                  // saturation

  // On all SMs, but for a saturation, which has its own.
  [[nodiscard]] Shape shape() const {
    const auto confined = measurement == Measurement::kSaturation ? std::optional(sms) : std::nullopt;
    return {backend, contexts, streams, oversubscription_milli, confined};
  }

  friend bool operator==(const WorkUnit&, const WorkUnit&) = default;
};

// A text for people: "times resnet18 tf32 b1 green 32 SMs".
[[nodiscard]] std::string describe(const WorkUnit& unit);

// One line of JSON, for the worker process. decode_unit() refuses lines that encode_unit() did not write.
[[nodiscard]] std::string encode_unit(const WorkUnit& unit);
[[nodiscard]] Result<WorkUnit> decode_unit(const std::string& line);

}  // namespace daris
