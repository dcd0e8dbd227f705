// A recorded schedule in the header of an event log. It consists of rows of integers, since there are many:
//
//   {"admitted": [[task, ordinal, context], ...],
//    "rejected": {"utilization": [[task, ordinal], ...], ...},
//    "dropped": {"certainly_late": [[task, ordinal, at_ns], ...], ...},
//    "launches": [[slot, stage, batch, at_ns, task, ordinal, task, ordinal, ...], ...]}
//
// Stages are numbered from 1, and launches stand in recorded order.
#pragma once

#include <memory>

#include "base/json/json_fwd.h"
#include "base/json/reader.h"
#include "policy/schedule.h"

namespace daris {

[[nodiscard]] Json schedule_to_json(const Schedule& schedule);

// The "schedule" of `setup`; null if it has none. An error stands in the status of the object's document: the
// rows are not as above. make_policy() says whether the schedule can be executed.
[[nodiscard]] std::shared_ptr<const Schedule> parse_schedule(const JsonObject& setup);

}  // namespace daris
