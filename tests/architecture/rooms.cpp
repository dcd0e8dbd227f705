#include "tests/architecture/rooms.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace daris::architecture {
namespace {

using Names = std::vector<std::string_view>;

Names operator+(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

struct RoomTable {
  std::vector<Names> may_include;  // the spans of `rooms` point to these
  std::vector<Room> rooms;
};

RoomTable make_table() {
  const Names base = {"base", "base/host", "base/json"};
  const Names workloads = base + Names{"policy"};
  const Names profiles = base + Names{"workloads"};
  const Names gpu = base + Names{"profiles", "workloads/models"};
  const Names plugin = {"base", "base/host", "policy"};
  const Names drive = base + Names{"policy", "plugin", "workloads", "profiles"};
  const Names worlds = drive + Names{"drive"};
  const Names runtime = worlds + Names{"gpu", "workloads/models"};
  const Names experiment = worlds + Names{"sim", "analysis/logs", "analysis/report", "analysis/trace"};
  const Names live = experiment + Names{"experiment", "gpu", "workloads/models", "runtime"};
  const Names cli =
      live + Names{"analysis/publication",  "experiment/simulated", "experiment/live", "experiment/sweep",
                   "experiment/validation", "profiles/profiler",    "plugin/check",    "analysis/comparison",
                   "analysis/trace",        "experiment/planning"};
  const std::vector<std::pair<std::string_view, Names>> written = {
      {"base", {}},
      {"base/host", {"base"}},
      {"base/json", {"base"}},
      {"policy", {"base"}},
      {"plugin", plugin},
      {"plugin/check", plugin + Names{"plugin"}},
      {"workloads", workloads},
      {"workloads/models", workloads + Names{"workloads"}},
      {"profiles", profiles},
      {"gpu", gpu},
      {"profiles/profiler", profiles + Names{"profiles", "gpu", "workloads/models"}},
      {"drive", drive},
      {"sim", worlds},
      {"runtime", runtime},
      {"analysis/logs", worlds},
      {"analysis/report", worlds},
      {"analysis/publication", worlds + Names{"analysis/report"}},
      {"analysis/comparison", worlds + Names{"analysis/report"}},
      {"analysis/trace", worlds + Names{"analysis/logs", "analysis/report"}},
      {"experiment", experiment},
      {"experiment/simulated", experiment + Names{"experiment"}},
      {"experiment/live", live},
      {"experiment/planning", experiment + Names{"experiment"}},
      {"experiment/sweep", experiment + Names{"experiment"}},
      {"experiment/validation", experiment + Names{"experiment"}},
      {"cli", cli},
  };
  RoomTable table;
  for (const auto& [folder, names] : written) table.may_include.push_back(names);
  for (std::size_t i = 0; i < written.size(); ++i)
    table.rooms.push_back({written[i].first, table.may_include[i]});
  return table;
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

std::span<const Room> rooms() {
  static const RoomTable table = make_table();
  return table.rooms;
}

const Room* room_of(std::string_view path) {
  const Room* found = nullptr;
  for (const Room& room : rooms()) {
    if (lies_in(path, room.folder) && (found == nullptr || room.folder.size() > found->folder.size()))
      found = &room;
  }
  return found;
}

}  // namespace daris::architecture
