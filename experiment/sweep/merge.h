// Folders of sweeps -> one report.
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
  std::size_t planned = 0;  // points of the plans
  std::size_t missing = 0;  // of them, not finished in any folder
};

// The finished points of all plans in plan order, the first folder's first; each once. The bytes do not
// depend on which folder a point was finished in, nor on when. Errors: a folder that is not a sweep's, a
// point that is not valid, no finished point at all, simulated beside live.
[[nodiscard]] Result<Merged> merge_folders(const std::vector<std::filesystem::path>& folders);

}  // namespace daris
