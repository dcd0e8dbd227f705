// The names of backends in documents and on the command line.
#pragma once

#include "base/named_value.h"
#include "profiles/shape.h"

namespace daris {

inline constexpr NameTable<Backend, 4> kBackendNames = {{{"green", Backend::kGreen},
                                                         {"mps", Backend::kMps},
                                                         {"streams", Backend::kStreams},
                                                         {"cpu", Backend::kCpu}}};

}  // namespace daris
