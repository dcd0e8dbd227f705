// Takes any bytes as each of the small documents: a partition, an injection, tolerances, claims. Nothing may
// crash, hang or break an invariant.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/publication/claims.h"
#include "base/check.h"
#include "drive/injection_json.h"
#include "experiment/validation/tolerances.h"
#include "profiles/context_list_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto partition = daris::parse_context_list(text, "partition");
  DARIS_CHECK(!partition.ok() || !partition.value().rows.empty());
  const auto injection = daris::parse_injection(text, "injection");
  const auto tolerances = daris::parse_tolerances(text, "tolerances");
  DARIS_CHECK(!tolerances.ok() || tolerances.value().coverage_min || !tolerances.value().limits.empty());
  const auto claims = daris::parse_claims(text, "claims");
  // A document has one schema, so that one reader at most takes it.
  DARIS_CHECK(partition.ok() + injection.ok() + tolerances.ok() + claims.ok() <= 1);
  return 0;
}
