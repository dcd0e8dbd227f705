// `--shape auto`: the shape of a point is chosen by simulating it in some shapes.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/report/shape_choice.h"
#include "base/result.h"
#include "base/time.h"
#include "experiment/capacity.h"
#include "experiment/scenario.h"
#include "experiment/settled_config.h"
#include "experiment/shape_candidates.h"
#include "experiment/shape_ranking.h"

namespace daris {

// Simulates the first replication in each candidate that the backend grants: a short piece first, and then
// the run's duration, but not above some seconds, in the best few. Candidates see the same releases. Of the
// few, `best` takes one; before, it says which these are. If it is empty, the goal of `config` decides. For
// latency the shape with the most throughput is one of the few, since its work is what others must keep to.
// `threads` run side by side, and change nothing. All else of `config` stays, as do its workload and the
// model of the GPU in `inputs`. The outcome is deterministic. A search takes about as long as simulating 45
// s, and twice that for latency. Shapes that lack a context which is disturbed are left out, as are
// those that the switches or the profile don't allow. Threads: any. REQUIRES: `inputs` outlive `capacities`.
// Errors: those of make_scenario() and make_policy() if they hold for all shapes, or no shape has these
// contexts.
[[nodiscard]] Result<ShapeChoice> choose_shape(const SettledConfig& config, const ScenarioInputs& inputs,
                                               CapacityCache& capacities, ShapeObjective best = {},
                                               std::size_t threads = 1);

// The simulated time that such a search covers, for those who tell how long a point takes.
[[nodiscard]] Duration searched_time(const SettledConfig& config);

}  // namespace daris
