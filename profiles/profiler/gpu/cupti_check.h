// Errors of CUPTI as exceptions (gpu/check.h).
#pragma once

#include <cupti_result.h>

#include "gpu/check.h"

namespace daris {

// Throws GpuError with `call` and CUPTI's own words.
void check_cupti(CUptiResult status, const char* call);

}  // namespace daris

#define DARIS_CUPTI(call) ::daris::check_cupti((call), #call)
