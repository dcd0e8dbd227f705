// Makes one report from the folders of sweeps.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"

namespace daris {

struct Merged {
  Json report;
  std::size_t planned = 0;           // points of the plans
  std::vector<std::string> missing;  // ids of those that no folder has finished, in the plans' order; of some
                                     // of them the report has the reason
};

// The finished points of all plans, each once, in the order of the plans, those of the first folder first.
// The bytes do not depend on which folder a point was finished in, nor on when. Errors: a folder that is not
// a sweep's, a point that is not valid, no finished point at all, simulated points beside live ones.
[[nodiscard]] Result<Merged> merge_folders(const std::vector<std::filesystem::path>& folders);

}  // namespace daris
