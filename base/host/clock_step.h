// Tells whether someone set the system's clock during a run. Nothing that is measured depends on that clock,
// but people who compare a report with other logs of that time should know.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/time.h"

namespace daris {

// Threads: one.
class ClockStep {
 public:
  // Tells how far the system's clock is ahead of a clock that nobody sets.
  using Lead = std::function<Duration()>;

  // The watch begins now.
  explicit ClockStep(Lead lead = lead_of_this_machine);

  // Returns by how much the clock was set since then. Returns nullopt if the difference is so small that
  // keeping the clock in step with others explains it.
  [[nodiscard]] std::optional<Duration> so_far() const;
  // Says the same in a sentence for a person.
  [[nodiscard]] std::optional<std::string> warning() const;

 private:
  [[nodiscard]] static Duration lead_of_this_machine();

  Lead lead_;
  Duration begin_;
};

}  // namespace daris
