// A recorded schedule in the header of an event log: rows of integers, as there are many.
//
//   {"admitted": [[task, ordinal, context], ...],
//    "rejected": {"utilization": [[task, ordinal], ...], ...},
//    "dropped": {"certainly_late": [[task, ordinal, at_ns], ...], ...},
//    "launches": [[slot, stage, batch, at_ns, task, ordinal, task, ordinal, ...], ...]}
// Stages are numbered from 1. Launches stand in recorded order.
#pragma once

#include <memory>

#include "base/json/json.h"
#include "base/json/reader.h"
#include "policy/schedule.h"

namespace daris {

[[nodiscard]] Json schedule_to_json(const Schedule& schedule);

// The "schedule" of `setup`; null where it has none. Errors, in the object's document: not such rows. Whether
// it can be executed, make_policy() says.
[[nodiscard]] std::shared_ptr<const Schedule> parse_schedule(const JsonObject& setup);

}  // namespace daris
