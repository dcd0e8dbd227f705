// Tells whether the files that a live point names still hold what its run read.
#pragma once

#include "base/result.h"
#include "experiment/inputs.h"
#include "experiment/run_config.h"
#include "experiment/validation/live_point.h"

namespace daris {

// A live point's id hashes its configuration and the contents of its files, under each version of the results
// (docs/formats.md, "Point ids"). So it is known whether the task set and the injection that `config` names
// have the same contents. It is not known of a log, or of a point with releases, a schedule, listed contexts
// or a shape that was chosen. Nor is it if the report lacks a hash, because it was merged of several
// machines. What is not known is no error. The file of a policy has a hash of its own in the point.
// REQUIRES: the policy of `config` is loaded, if it is a file's. Errors: the contents are others.
[[nodiscard]] Status check_same_inputs(const LivePoint& live, const RunConfig& config, Inputs& inputs);

}  // namespace daris
