// The switches of the policies. Each is an ablation of the paper, a `--set` key, and a grid key of a sweep
// (docs/scheduler.md, "Switches").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace daris {

// Utilizations and bounds are integers: parts of this whole.
inline constexpr std::int64_t kPartsPerWhole = 1'000'000'000;

// As many instances of a model as there are slots.
inline constexpr std::uint32_t kInstancesAll = 0;

enum class Estimator { kMret, kAfet };
enum class Admission { kConsistent, kPublished, kNone };
enum class BatchWait { kNone, kLatest };
enum class Pace { kOrder, kTime };
enum class BatchOrder { kUrgency, kLevel };
enum class Binding { kLate, kHome };
enum class Prediction { kList, kWork };
enum class Ahead { kLatestStart, kDeadline, kOff };
enum class BatchSize { kRate, kMost };

struct PolicySwitches {
  bool staging = true;         // off: the whole model is one stage
  bool last_class = true;      // a job's last stage goes before the others
  bool late_class = true;      // a stage whose predecessor was late goes before the others
  bool fixed_priority = true;  // off: virtual deadline and job id alone decide the order
  Estimator estimator = Estimator::kMret;
  std::uint32_t window = 5;  // how many measured times MRET looks back on
  bool migration = true;
  Admission admission = Admission::kConsistent;
  bool admission_level0 = false;
  std::int64_t bound_ppb = kPartsPerWhole;  // admission bound, parts per 10^9
  BatchWait wait = BatchWait::kNone;        // batching: hold a batch back for more jobs
  Pace pace = Pace::kOrder;  // scripted: as soon as the order allows, or never before the recorded time
  // edf, fifo, static:
  bool shed = false;  // jobs that can't be in time any more are dropped instead of run
  // instances:
  std::uint32_t instances = kInstancesAll;  // batches of one group at once; all: as many as there are slots
  Duration queue_delay;                     // how long a batch that is not full waits for more jobs
  // daris, daris-batched: slots that are kept for level 0, then those kept for levels 0 and 1, and so on.
  std::vector<std::uint32_t> reserve = {};
  // daris-batched:
  Binding binding = Binding::kLate;           // when a job gets its context
  bool join = true;                           // lower levels may join a batch
  BatchOrder order = BatchOrder::kUrgency;    // how waiting jobs are ordered
  bool full_first = true;                     // pressed and full batches go before others of their level
  BatchSize size = BatchSize::kRate;          // inputs per time, or most inputs
  bool promise = true;                        // the admission test
  Prediction prediction = Prediction::kList;  // how the test predicts a start
  Ahead ahead = Ahead::kLatestStart;          // until when higher levels' releases count
  bool learn = true;                          // broken promises lower the share that a level counts on
  bool overdue = true;                        // an overdue batch keeps its slot from promises
  bool cheap_first = true;                    // cheap jobs are admitted if dear ones don't fit any more
  bool short_batches = true;                  // no batch is longer than level 0's shortest deadline
  bool surplus = true;                        // what level 0 releases beyond its rates is tested
  bool spread = true;                         // new batches go far from busy contexts
  bool guard = true;                          // no admission that makes admitted jobs late
  bool drop_hopeless = true;                  // waiting jobs that can't be in time any more are dropped

  friend bool operator==(const PolicySwitches&, const PolicySwitches&) = default;
};

// One row of the table, for the command line, the sweep and the documentation.
struct SwitchInfo {
  std::string_view key;
  std::string_view values;  // what may be written, for messages: "on|off", "mret|afet", "0.01 to 10"
  std::string_view summary;
  bool always_named = false;  // documents name it whatever the policy
  // Documents name it only if its value is not the policy's default. So a policy that learned it after its
  // first version keeps its documents and ids.
  bool named_if_changed = false;
};
[[nodiscard]] std::span<const SwitchInfo> switch_table();

// Sets `key` from its text. Errors: an unknown key (the nearest known one is named), or a value out of range.
[[nodiscard]] Status set_switch(PolicySwitches& switches, std::string_view key, std::string_view value);

// The value in the form that set_switch() takes. REQUIRES: `key` is in the table.
[[nodiscard]] std::string switch_value(const PolicySwitches& switches, std::string_view key);

}  // namespace daris
