// Whether someone set the system's clock while something ran. Nothing that is measured depends on it; whoever
// lays a report beside other logs of that time should know.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/time.h"

namespace daris {

// Threads: one.
class ClockStep {
 public:
  // How far the system's clock is ahead of one that only goes on.
  using Lead = std::function<Duration()>;

  // Begins to watch.
  explicit ClockStep(Lead lead = lead_of_this_machine);

  // By how much the clock was set since, if by more than what keeping it in step with others explains.
  [[nodiscard]] std::optional<Duration> so_far() const;
  // The same as a line for a person.
  [[nodiscard]] std::optional<std::string> warning() const;

 private:
  [[nodiscard]] static Duration lead_of_this_machine();

  Lead lead_;
  Duration begin_;
};

}  // namespace daris
