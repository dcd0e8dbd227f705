// A folder that keeps finished points for searches that ask for one point after another. Points lie in it as
// in that of a sweep (experiment/sweep/sweep_folder.h), each a report of its own; it has no plan.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {

class KeptPoints {
 public:
  // `command` is what the user typed.
  KeptPoints(const std::filesystem::path& folder, std::string command)
      : folder_(folder), command_(std::move(command)) {}

  // Errors: of the environment; the folder can't be written.
  [[nodiscard]] Status check_writable() const { return folder_.check_writable(); }
  // The report's point of that id; nullopt if the folder has it not, or not whole.
  [[nodiscard]] std::optional<Json> find(const std::string& id) const;
  // Writes `result` as a report of its own. Errors: of the environment.
  [[nodiscard]] Status keep(const PointRunner& runner, const Point& point, const Json& result) const;

 private:
  SweepFolder folder_;
  std::string command_;
};

}  // namespace daris
