// The folder of a sweep: its plan, its finished points, and the facts of the wall clock apart.
//
//   DIR/plan.json           the ids of the sweep's points, in grid order, and the machine (schema
//                           daris.sweep-plan)
//   DIR/points/ID.json      a finished point: a report of its own
//   DIR/packs/*.pack        finished points of large sweeps, many in a file (experiment/sweep/point_pack.h)
//   DIR/failed/ID.json      why a point could not be run; it goes once the point is finished
//   DIR/provenance/*.json   one for each start of the sweep: when, how long, by which command
//
// Each file appears whole or not at all, but for packs, which are valid wherever they end. So the folder is
// valid whenever the program is stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/sweep/point_pack.h"

namespace daris {

struct SweepPlan {
  std::string name;
  std::vector<std::uint64_t> ids;     // experiment/sweep/id_set.h
  std::vector<std::string> machines;  // that the points run on, ascending; none if they are simulated
};

// A point that could not be run.
struct PointFailure {
  std::string id;
  std::string label;  // experiment/sweep/point_label.h
  std::string reason;
};

inline constexpr std::size_t kPlannedPointsMax = 1'000'000;

// Tells whether `text`, a report as write_report() writes it, is of this version and of that point alone. It
// is not parsed.
[[nodiscard]] bool is_report_of(std::string_view text, const std::string& id);

class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] bool has_point(const std::string& id) const;
  // False also if the file is cut off, as a copy may be that broke off. The same holds if it has another
  // point, or is no report of this version.
  [[nodiscard]] bool has_whole_point(const std::string& id) const;
  [[nodiscard]] std::filesystem::path point_file(const std::string& id) const;
  // Tells whether any point may have a file of its own.
  [[nodiscard]] bool has_single_files() const;
  // All packs, in the order of their names.
  [[nodiscard]] std::vector<std::filesystem::path> packs() const;

  // From now on points go into packs of that name. Copies of this share them.
  void pack_points(const std::string& name);

  // Tells whether `file` is, or would be, one of the folder's own files, by whatever name.
  [[nodiscard]] bool is_own_file(const std::filesystem::path& file) const;

  // Checks before points are run that all of this can be written. Errors: of the environment.
  [[nodiscard]] Status check_writable() const;

  // Threads: any. Errors: of the environment; the message of write_point() says where the point is instead.
  [[nodiscard]] Status write_point(const std::string& id, const Json& report) const;
  // Makes sure that the disk has all points. Errors: of the environment.
  [[nodiscard]] Status finish_points() const;
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
  [[nodiscard]] Status pack_point(const std::string& id, const std::string& text) const;

  std::filesystem::path folder_;
  std::shared_ptr<PackWriter> pack_;  // null: a file a point
};

}  // namespace daris
