// Counts a live event log, so that it can stand for a report of its run.
#pragma once

#include <filesystem>

#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

// The point that a report of the logged run has, as far as the log tells: what a live run measures beside it
// is null, and so are the loads. Its id is the log's name. It is partial if the log ends before its window
// does. Errors: as docs/formats.md, "Input that is wrong"; the log is of a simulated run.
[[nodiscard]] Result<Json> point_of_log(const std::filesystem::path& file);

}  // namespace daris
