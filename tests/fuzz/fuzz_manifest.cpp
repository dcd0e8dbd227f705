// Takes any bytes as the manifest of a user's own model, in a folder without packages and in one with a few.
// Nothing may crash, hang or break an invariant.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/check.h"
#include "workloads/packaged_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* const folder : {"nowhere", DARIS_FUZZ_MODEL}) {
    const daris::Result<daris::PackagedModel> model = daris::parse_manifest(text, folder);
    if (!model.ok()) continue;
    DARIS_CHECK(!model.value().stages.empty() && model.value().batch > 0);
    DARIS_CHECK(model.value().input.channels > 0 && model.value().input.height > 0);
  }
  return 0;
}
