// Reads the schedule of a run from its event log.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "drive/recorded_schedule.h"

namespace daris {

// Errors: the file is no log, the run was cut off, or released jobs are not decided upon.
[[nodiscard]] Result<RecordedSchedule> read_schedule(const std::filesystem::path& log);

}  // namespace daris
