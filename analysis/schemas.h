// The texts of analysis/schemas/*.json, built in.
#pragma once

namespace daris::internal {

extern const char* const kReportSchema;
extern const char* const kEventLogSchema;
extern const char* const kAblationsSchema;

}  // namespace daris::internal
