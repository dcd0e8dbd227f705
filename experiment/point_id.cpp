#include "experiment/point_id.h"

#include <fmt/format.h>

#include "base/json/json.h"
#include "base/json/write.h"
#include "base/number_text.h"
#include "base/sha256.h"
#include "experiment/config_json.h"
#include "plugin/loader.h"

namespace daris {

std::uint32_t results_version(const SettledConfig& settled) {
  // Batches of `batching` shrink to what they hold, and wait for a size that is slower than B. The other two
  // learn the times of batches by other rules. With AFET there is no coverage by MRET.
  const bool changed = settled.policy == "batching" || settled.policy == "daris-batched" ||
                       settled.policy == "symphony" || settled.switches.estimator == Estimator::kAfet;
  // Then level 0 of `daris-batched` stopped being certain while its surplus crowds the slots, and others'
  // long batches were permitted beside contexts of its own. Last, overdue batches and broken promises came to
  // count for more.
  if (settled.policy == "daris-batched") return kResultsVersionMax;
  return changed ? kResultsVersion + 1 : kResultsVersion;
}

std::string id_of(std::uint32_t version, const std::string& nameless_config,
                  const std::vector<std::string>& contents) {
  constexpr std::size_t kDigits = 16;
  std::string text = fmt::format("daris results {}\n{}\n", version, nameless_config);
  for (const std::string& part : contents) text += part + "\n";
  return sha256_hex(text).substr(0, kDigits);
}

std::string point_id(const SettledConfig& settled, const std::vector<std::string>& contents) {
  SettledConfig nameless = settled;
  for (std::string* const name :
       {&nameless.task_set, &nameless.profile, &nameless.model, &nameless.power, &nameless.releases,
        &nameless.schedule, &nameless.inject, &nameless.partition})
    name->clear();
  Json config = config_to_json(nameless);
  if (const auto sha256 = policy_file_sha256(settled.policy)) config["policy"] = "file " + *sha256;
  std::vector<std::string> all = contents;
  for (const double capacity : settled.capacities) all.push_back(number_text(capacity));
  return id_of(results_version(settled), write_json_line(config), all);
}

}  // namespace daris
