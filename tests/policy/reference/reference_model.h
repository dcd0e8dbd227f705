// The rules of the scheduler once more, slow and obvious. The real policies are compared with them on random
// task sets.
//
// Written from the rules (docs/scheduler.md) and the contract headers of policy/ alone, before the real
// policies, and sharing none of their code. It keeps no sum, no queue and no index. Every quantity is
// computed from the list of jobs and the full history of measured times, and every order by sorting.
// Decisions come as lines of text (tests/policy/decision_text.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "policy/event.h"
#include "policy/setup.h"

namespace daris::reference {

class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual std::vector<std::string> step(Time now, const std::vector<Event>& events) = 0;
};

// REQUIRES: `policy` is a name of the table of policies, but not `scripted` or `daris-batched`. Tasks are
// named "t0", "t1", ... in the decisions.
[[nodiscard]] std::unique_ptr<Model> make_model(std::string_view policy, const PolicySetup& setup);

// DARIS and `static`.
[[nodiscard]] std::unique_ptr<Model> make_daris(const PolicySetup& setup);
// `fifo` and `edf`.
[[nodiscard]] std::unique_ptr<Model> make_shared_queue(const PolicySetup& setup, bool by_deadline);
// `batching`, and `clockwork` with `limit_to_one`.
[[nodiscard]] std::unique_ptr<Model> make_batching(const PolicySetup& setup, bool limit_to_one);
[[nodiscard]] std::unique_ptr<Model> make_instances(const PolicySetup& setup, bool merged);
[[nodiscard]] std::unique_ptr<Model> make_symphony(const PolicySetup& setup);

}  // namespace daris::reference
