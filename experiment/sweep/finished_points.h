// Which points of a sweep its folder has, as it stands when this is made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {

class FinishedPoints {
 public:
  // Reads all packs, until `stopped()` says so. Errors: of the environment.
  [[nodiscard]] static Result<FinishedPoints> of(
      const SweepFolder& folder, const std::function<bool()>& stopped = [] { return false; });

  // True if the point is in a pack, or in a whole file of its own.
  [[nodiscard]] bool has(std::uint64_t id) const;

 private:
  explicit FinishedPoints(const SweepFolder& folder) : folder_(folder) {}

  SweepFolder folder_;
  bool has_single_files_ = false;
  IdSet packed_;
};

}  // namespace daris
