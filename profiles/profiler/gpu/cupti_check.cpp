#include "profiles/profiler/gpu/cupti_check.h"

namespace daris {

void check_cupti(CUptiResult status, const char* call) {
  if (status == CUPTI_SUCCESS) return;
  const char* text = nullptr;
  if (cuptiGetResultString(status, &text) != CUPTI_SUCCESS || text == nullptr) text = "unknown error";
  throw GpuError(std::string(call) + ": " + text + " (" + std::to_string(static_cast<int>(status)) + ")");
}

}  // namespace daris
