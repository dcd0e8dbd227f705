// The folder of a sweep: its plan, a file for each finished point, and the facts of the wall clock apart.
//
//   DIR/plan.json           the ids of the sweep's points, in grid order, and the machine (schema
//                           daris.sweep-plan)
//   DIR/points/ID.json      a finished point: a report of its own
//   DIR/failed/ID.json      why a point could not be run; it goes once the point is finished
//   DIR/provenance/*.json   one for each start of the sweep: when, how long, by which command
//
// Each file appears whole or not at all. So the folder is valid whenever the program is stopped.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/point_runner.h"

namespace daris {

struct SweepPlan {
  std::string name;
  std::vector<std::string> ids;
  std::vector<std::string> machines;  // that the points run on, ascending; none if they are simulated
};

// A point that could not be run.
struct PointFailure {
  std::string id;
  std::string label;  // experiment/sweep/point_label.h
  std::string reason;
};

class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] bool has_point(const std::string& id) const;
  // False also if the file is cut off, as a copy may be that broke off. The same holds if it has another
  // point, or is no report of this version.
  [[nodiscard]] bool has_whole_point(const std::string& id) const;
  [[nodiscard]] std::filesystem::path point_file(const std::string& id) const;

  // Tells whether `file` is, or would be, one of the folder's own files, by whatever name.
  [[nodiscard]] bool is_own_file(const std::filesystem::path& file) const;

  // Checks before points are run that all of this can be written. Errors: of the environment.
  [[nodiscard]] Status check_writable() const;

  // Threads: any. Errors: of the environment; the message of write_point() says where the point is instead.
  [[nodiscard]] Status write_point(const std::string& id, const Json& report) const;
  [[nodiscard]] Status write_failure(const PointFailure& failure) const;
  [[nodiscard]] Status write_plan(const SweepPlan& plan) const;
  [[nodiscard]] Status write_provenance(const std::string& name, const Json& facts) const;
  // Of all starts whose provenance can be read.
  [[nodiscard]] PastRuns past_runs() const;

  // Why the point could not be run; nullopt if it is not known.
  [[nodiscard]] std::optional<std::string> failure_of(const std::string& id) const;

  [[nodiscard]] bool has_plan() const;
  // Errors: see docs/formats.md, "Input that is wrong".
  [[nodiscard]] Result<SweepPlan> read_plan() const;

 private:
  [[nodiscard]] std::filesystem::path failure_file(const std::string& id) const;

  std::filesystem::path folder_;
};

}  // namespace daris
