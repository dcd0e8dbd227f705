#include "sim/hardware_queues.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace daris {

HardwareQueues::HardwareQueues(std::vector<std::uint32_t> queue_of_slot)
    : queue_of_slot_(std::move(queue_of_slot)) {
  if (queue_of_slot_.empty()) return;
  lines_.resize(*std::max_element(queue_of_slot_.begin(), queue_of_slot_.end()) + std::size_t{1});
  for (std::vector<std::uint32_t>& line : lines_) line.reserve(queue_of_slot_.size());
}

bool HardwareQueues::enter(std::uint32_t slot) {
  if (queue_of_slot_.empty()) return true;
  std::vector<std::uint32_t>& line = lines_[queue_of_slot_[slot]];
  line.push_back(slot);
  return line.size() == 1;
}

std::uint32_t HardwareQueues::leave(std::uint32_t slot) {
  if (queue_of_slot_.empty()) return kNobody;
  std::vector<std::uint32_t>& line = lines_[queue_of_slot_[slot]];
  const auto place = std::find(line.begin(), line.end(), slot);
  DARIS_CHECK(place != line.end());
  const bool had_the_queue = place == line.begin();
  line.erase(place);
  return had_the_queue && !line.empty() ? line.front() : kNobody;
}

}  // namespace daris
