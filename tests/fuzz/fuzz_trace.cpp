// Takes any bytes as a trace. Nothing may crash, hang or break an invariant.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "workloads/arrivals/trace_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const daris::Result<std::vector<daris::Time>> trace = daris::parse_trace(text, "trace");
  if (!trace.ok()) return 0;
  DARIS_CHECK(!trace.value().empty());
  DARIS_CHECK(std::is_sorted(trace.value().begin(), trace.value().end()));
  DARIS_CHECK(trace.value().front() >= daris::Time());
  return 0;
}
