// Estimates how long a sitting will take: a rough guess before it, corrected by the times that its units
// took.
#pragma once

#include <cstdint>
#include <vector>

#include "profiles/profiler/work_unit.h"

namespace daris {

// A guess from the arithmetic of the model, good to a factor of two or three. Within a sitting only ratios
// matter, since Pace corrects the guess.
[[nodiscard]] double guess_seconds(const WorkUnit& unit, std::uint32_t machine_sms, std::uint32_t samples);

// Compares guesses with facts, apart for each kind of measurement.
class Pace {
 public:
  void record(Measurement measurement, double guessed_s, double took_s);

  // The guess times the ratio that was seen so far for this measurement; the guess itself if none was seen.
  [[nodiscard]] double corrected(Measurement measurement, double guessed_s) const;

 private:
  struct Total {
    double guessed_s = 0;
    double took_s = 0;
  };
  std::vector<Total> totals_ = std::vector<Total>(static_cast<std::size_t>(Measurement::kSaturation) + 1);
};

// Tells whether a unit that takes `unit_s` still fits: it must end `reserve_s` before the budget ends.
[[nodiscard]] bool fits(double elapsed_s, double unit_s, double budget_s, double reserve_s);

}  // namespace daris
