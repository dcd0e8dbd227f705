#include "base/json/range.h"

#include "base/number_text.h"

namespace daris {

std::string NumberRange::words() const {
  const NumberRange all;
  const bool open_ended = max == all.max;
  if (min == all.min) return open_ended ? "a number" : "a number of at most " + number_text(max);
  if (above_min)
    return "a number above " + number_text(min) + (open_ended ? "" : " and at most " + number_text(max));
  return open_ended ? "a number of at least " + number_text(min)
                    : "a number from " + number_text(min) + " to " + number_text(max);
}

std::string IntegerRange::words() const {
  const IntegerRange all;
  if (min == all.min && max == all.max) return "a whole number";
  if (max == all.max) return "a whole number of at least " + std::to_string(min);
  if (min == all.min) return "a whole number of at most " + std::to_string(max);
  return "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace daris
