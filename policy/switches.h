// The switches of the policies: each an ablation of the paper, a `--set` key, and a grid key of a sweep.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace daris {

enum class Estimator { kMret, kAfet };
enum class Admission { kConsistent, kPublished, kNone };
enum class BatchWait { kNone, kLatest };
enum class Pace { kOrder, kTime };

struct PolicySwitches {
  bool staging = true;         // off: the whole model is one stage
  bool last_class = true;      // order: a job's last stage before the others
  bool late_class = true;      // order: stages whose predecessor was late before the others
  bool fixed_priority = true;  // off: virtual deadline and job id alone decide the order
  Estimator estimator = Estimator::kMret;
  std::uint32_t window = 5;  // measured times that MRET looks back on
  bool migration = true;
  Admission admission = Admission::kConsistent;
  bool admission_level0 = false;
  std::int64_t bound_ppb = 1'000'000'000;  // admission bound, parts per 10^9
  BatchWait wait = BatchWait::kNone;       // batching: hold a batch back for more jobs
  Pace pace = Pace::kOrder;  // scripted: as soon as the order allows, or never before the recorded time

  friend bool operator==(const PolicySwitches&, const PolicySwitches&) = default;
};

// One row of the table that the command line, the sweep and the documentation read.
struct SwitchInfo {
  std::string_view key;
  std::string_view values;  // what may be written, for messages: "on|off", "mret|afet", "0.01 to 10"
  std::string_view summary;
};
[[nodiscard]] std::span<const SwitchInfo> switch_table();

// Sets `key` from its text. Errors: an unknown key (with the nearest known one), a value out of range.
[[nodiscard]] Status set_switch(PolicySwitches& switches, std::string_view key, std::string_view value);

// The value as set_switch() takes it. REQUIRES: `key` is in the table.
[[nodiscard]] std::string switch_value(const PolicySwitches& switches, std::string_view key);

}  // namespace daris
