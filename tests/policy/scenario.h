// Scenario files: events in, decisions out, readable by a person.
//
//   # A comment. Blank lines and comments stand anywhere.
//   policy daris
//   contexts 2                                 (default 1)
//   streams 1                                  (default 1)
//   context 0 levels 0 1                       (the levels that may use it; none if they are not said)
//   set migration=off                          (any switch)
//   group limit 4 times 1:10 2:15 4:25         (a batch group: inputs:nanoseconds; 4:10+15 if two stages
//                                              take these times)
//   task cam level 0 period 100 deadline 90 inputs 1 group 0 stages 10 20
//                                              (level, inputs, group default to 0, 1, 0; deadline to
//                                              the period)
//   schedule 5 admit cam#0 context 0           (recorded at 5, for policy scripted; also:
//   schedule 5 launch slot 0 stage 1 batch 1 cam#0     reject cam#0 utilization,
//                                                      drop cam#0 certainly-late)
//   show homes
//   > homes cam:0
//
//   at 0
//     release cam#0                            (also: release cam#0 nominal -3)
//   > admit cam#0 context 0
//   > launch slot 0 stage 1 batch 1 cam#0
//
//   at 10
//     lose context 1                           events stand in the order of policy/event.h
//     fail slot 1
//     finish slot 0 time 10
//     timer 0
//   > nothing
//   show estimates cam
//   > estimates cam 10 20
//
// Lines with ">" are what comes out. Times are nanoseconds, and task#ordinal is a job. Stages count from 1,
// all else from 0.
#pragma once

#include <string>

#include "base/result.h"

namespace daris::testing {

// The text of a scenario with its output lines (">") written anew. Errors: the first line that can't be
// understood.
[[nodiscard]] Result<std::string> play_scenario(const std::string& text);

}  // namespace daris::testing
