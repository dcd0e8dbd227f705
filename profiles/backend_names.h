// The names of backends in documents and on the command line, and of where a profile chose algorithms.
#pragma once

#include "base/named_value.h"
#include "profiles/profile.h"
#include "profiles/shape.h"

namespace daris {

inline constexpr NameTable<Backend, 4> kBackendNames = {{{"green", Backend::kGreen},
                                                         {"mps", Backend::kMps},
                                                         {"streams", Backend::kStreams},
                                                         {"cpu", Backend::kCpu}}};

inline constexpr NameTable<AlgorithmsOf, 2> kAlgorithmsOfNames = {
    {{"whole_gpu", AlgorithmsOf::kWholeGpu}, {"partition", AlgorithmsOf::kPartition}}};

}  // namespace daris
