#include "workloads/task_set.h"

#include "workloads/task_set_names.h"

namespace daris {

std::string_view to_text(Precision precision) { return name_in(kPrecisionNames, precision); }
std::string_view to_text(Weights weights) { return name_in(kWeightsNames, weights); }
std::string_view to_text(ArrivalKind kind) { return name_in(kArrivalKindNames, kind); }

}  // namespace daris
