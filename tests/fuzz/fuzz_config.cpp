// Takes any bytes as a configuration, or as a report that one of its points is taken from. It is settled for
// both worlds. Nothing may crash, hang or break an invariant.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/normalise.h"

namespace {

// What is written must be taken back as it stands.
template <typename Config>
void check_round_trip(const Config& config) {
  const daris::Json written = daris::config_to_json(config);
  daris::RunConfig read;
  DARIS_CHECK(daris::apply_config_json(read, written, "config").ok());
  DARIS_CHECK(daris::config_to_json(read) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const daris::Result<daris::RunConfig> config = daris::parse_config({}, text, "config", std::nullopt);
  if (!config.ok()) return 0;
  for (const daris::World world : {daris::World::kSimulated, daris::World::kLive}) {
    const daris::Result<daris::SettledConfig> settled = daris::normalise(config.value(), world);
    if (settled.ok()) check_round_trip(settled.value());
  }
  return 0;
}
