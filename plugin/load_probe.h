// Tries in a process of its own whether a shared object can be loaded at all. What crashes or hangs while it
// is loaded then ends that process, and not this one.
#pragma once

#include <string>

#include "base/result.h"

namespace daris {

// Loads `file` and calls its C function `name`, if it has one, in a copy of this process that then ends. Its
// output goes nowhere. Errors: of the input, the process was killed by a signal or did not come to its end in
// 10 s; of the environment, there was no process. That `file` can't be loaded is none: the caller sees why
// when it loads it.
[[nodiscard]] Status probe_load(const std::string& file, const char* name);

}  // namespace daris
