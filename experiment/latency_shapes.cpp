#include "experiment/latency_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace daris {
namespace {

using Levels = std::vector<std::uint32_t>;
using Partitions = std::vector<std::shared_ptr<const ContextList>>;

constexpr std::array<std::uint32_t, 3> kBelow{4, 6, 8};  // contexts of the levels below, or slots
constexpr std::uint32_t kManyContexts = 8;               // so many windows may have several streams too
constexpr std::uint32_t kManyStreams = 2;

// The least groups with which `windows` of them cover `span` groups twice.
std::uint32_t size_of_window(std::uint32_t span, std::uint32_t windows) {
  return std::clamp((2 * span + windows - 1) / windows, 1U, span);
}

ContextRow whole_gpu(const MachineShape& machine) {
  ContextRow row;
  row.first_group = 0;
  row.groups = machine.groups;
  row.levels = {0};
  row.urgent = true;
  return row;
}

// Windows that lie evenly over the groups from `first` on. They wrap around only if those are all groups.
void append_windows(ContextList& list, const MachineShape& machine, std::uint32_t first, std::uint32_t count,
                    std::uint32_t streams, const Levels& levels) {
  const std::uint32_t span = machine.groups - first;
  const std::uint32_t size = size_of_window(span, count);
  const std::uint32_t last = first == 0 ? span : span - size;  // where the last one may begin, if none wraps
  const std::uint32_t steps = first == 0 ? count : count - 1;
  for (std::uint32_t place = 0; place < count; ++place) {
    ContextRow row;
    row.first_group = first + place * last / steps;
    row.groups = size;
    row.streams = streams;
    row.levels = levels;
    list.rows.push_back(std::move(row));
  }
}

// Level 0 sees all SMs. The others have no SM of the first `kept` groups.
ContextList kept(const MachineShape& machine, std::uint32_t kept, std::uint32_t count, std::uint32_t streams,
                 const Levels& below) {
  ContextList list;
  list.name = fmt::format("kept-{}-{}x{}", kept, count, size_of_window(machine.groups - kept, count));
  if (kept == 0) list.name = fmt::format("shared-{}x{}", count, size_of_window(machine.groups, count));
  if (streams > 1) list.name += fmt::format("-{}", streams);
  list.rows.push_back(whole_gpu(machine));
  append_windows(list, machine, kept, count, streams, below);
  return list;
}

// Without windows: level 0 has one slot, and the others have `count`.
ContextList slots(Backend backend, std::uint32_t count, const Levels& below) {
  ContextList list;
  list.name = fmt::format("slots-1-{}", count);
  list.rows.resize(2);
  list.rows[0].levels = {0};
  list.rows[1].levels = below;
  list.rows[1].streams = count;
  if (backend != Backend::kMps) return list;
  list.rows[0].urgent = true;
  list.rows[0].percentage = 100;
  list.rows[1].percentage = 50;
  return list;
}

std::vector<ContextList> windows(const MachineShape& machine, const Levels& below) {
  std::vector<ContextList> lists;
  // Of a small GPU some are the same.
  for (const std::uint32_t groups : std::set<std::uint32_t>{0, machine.groups / 5, machine.groups / 3}) {
    for (const std::uint32_t count : kBelow) lists.push_back(kept(machine, groups, count, 1, below));
    lists.push_back(kept(machine, groups, kManyContexts, kManyStreams, below));
  }
  return lists;
}

}  // namespace

std::vector<std::shared_ptr<const ContextList>> latency_partitions(const MachineShape& machine,
                                                                   Backend backend, const Levels& levels) {
  if (levels.size() < 2 || levels.front() != 0) return {};
  const Levels below(levels.begin() + 1, levels.end());
  std::vector<ContextList> lists;
  if (backend == Backend::kGreen) {
    lists = windows(machine, below);
  } else {
    for (const std::uint32_t count : kBelow) lists.push_back(slots(backend, count, below));
  }
  Partitions partitions;
  for (ContextList& list : lists) partitions.push_back(std::make_shared<const ContextList>(std::move(list)));
  return partitions;
}

}  // namespace daris
