// The queues of `daris-batched`, and the contexts that take their batches from them.
#pragma once

#include <vector>

#include "policy/group_backlog.h"
#include "policy/ids.h"

namespace daris {

// One lane has all contexts, or each context has a lane of its own (switch `binding`).
struct BatchLane {
  std::vector<ContextId> contexts;  // that are not lost
  std::vector<GroupBacklog> groups;
  // By group: jobs that are predicted to be late and run if nothing else would, as that was seen.
  std::vector<std::vector<BacklogJob>> late;
};

}  // namespace daris
