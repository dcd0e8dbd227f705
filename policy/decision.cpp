#include "policy/decision.h"

#include <algorithm>

namespace daris {

bool operator==(const LaunchStage& a, const LaunchStage& b) {
  return a.slot == b.slot && a.stage == b.stage && a.batch == b.batch &&
         std::equal(a.jobs.begin(), a.jobs.end(), b.jobs.begin(), b.jobs.end());
}

}  // namespace daris
