// The names of precisions, weights and arrival kinds in documents.
#pragma once

#include "base/named_value.h"
#include "workloads/task_set.h"

namespace daris {

inline constexpr NameTable<Precision, 3> kPrecisionNames = {
    {{"fp32", Precision::kFp32}, {"tf32", Precision::kTf32}, {"fp16", Precision::kFp16}}};

inline constexpr NameTable<Weights, 2> kWeightsNames = {
    {{"shared", Weights::kShared}, {"own", Weights::kOwn}}};

inline constexpr NameTable<ArrivalKind, 5> kArrivalKindNames = {{{"periodic", ArrivalKind::kPeriodic},
                                                                 {"sporadic", ArrivalKind::kSporadic},
                                                                 {"poisson", ArrivalKind::kPoisson},
                                                                 {"gamma", ArrivalKind::kGamma},
                                                                 {"trace", ArrivalKind::kTrace}}};

}  // namespace daris
