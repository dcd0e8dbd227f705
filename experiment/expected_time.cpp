#include "experiment/expected_time.h"

#include <fmt/format.h>

namespace daris {

std::string minutes_text(double seconds) {
  const double minutes = seconds / 60;
  if (minutes < 1) return "under a minute";
  return minutes < 10 ? fmt::format("about {:.1f} minutes", minutes)
                      : fmt::format("about {:.0f} minutes", minutes);
}

}  // namespace daris
