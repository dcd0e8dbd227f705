// The numbers that a field of a document may have, with the words for a message.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace daris {

// A real number from `min` to `max`. With `above_min`, `min` itself is out of range.
struct NumberRange {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
  bool above_min = false;

  [[nodiscard]] bool contains(double value) const {
    return (above_min ? value > min : value >= min) && value <= max;
  }
  // "a number above 0", "a number from 0 to 1", "a number of at least 1", "a number"
  [[nodiscard]] std::string words() const;
};

struct IntegerRange {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool contains(std::int64_t value) const { return value >= min && value <= max; }
  // "a whole number from 1 to 1024", "a whole number of at least 1", "a whole number"
  [[nodiscard]] std::string words() const;
};

}  // namespace daris
