// Takes any bytes as a sweep. It is parsed and expanded, and each configuration is settled and written.
// Nothing may crash, hang or break an invariant.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/normalise.h"
#include "experiment/sweep/sweep_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSettledMax = 64;  // a few of a big grid tell as much as all
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const daris::Result<daris::Sweep> sweep = daris::parse_sweep(text, "sweep");
  if (!sweep.ok()) return 0;
  for (std::size_t i = 0; i < sweep.value().size && i < kSettledMax; ++i) {
    const daris::Result<daris::SettledConfig> settled =
        daris::normalise(sweep.value().config(i).value(), daris::World::kLive);
    if (!settled.ok()) continue;
    // What a report says of a point must be taken back as it stands.
    const daris::Json written = daris::config_to_json(settled.value());
    daris::RunConfig read;
    DARIS_CHECK(daris::apply_config_json(read, written, "config").ok());
    DARIS_CHECK(daris::config_to_json(read) == written);
  }
  return 0;
}
