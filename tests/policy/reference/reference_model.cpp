#include "tests/policy/reference/reference_model.h"

#include "base/check.h"

namespace daris::reference {

std::unique_ptr<Model> make_model(std::string_view policy, const PolicySetup& setup) {
  if (policy == "daris") {
    PolicySetup own = setup;
    own.switches.shed = false;
    return make_daris(own);
  }
  if (policy == "static") {
    PolicySetup pinned = setup;
    pinned.switches = PolicySwitches();
    pinned.switches.fixed_priority = setup.switches.fixed_priority;
    pinned.switches.shed = setup.switches.shed;
    pinned.switches.admission = Admission::kNone;
    pinned.switches.migration = false;
    return make_daris(pinned);
  }
  if (policy == "fifo") return make_shared_queue(setup, false);
  if (policy == "edf") return make_shared_queue(setup, true);
  if (policy == "instances" || policy == "merged") return make_instances(setup, policy == "merged");
  if (policy == "symphony") return make_symphony(setup);
  if (policy == "batching") return make_batching(setup, false);
  DARIS_CHECK(policy == "clockwork");
  return make_batching(setup, true);
}

}  // namespace daris::reference
