#include "base/host/host_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <mutex>
#include <string>

namespace daris {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

// The first number of the file; kUnknown if there is none ("max").
std::uint64_t number_in(const char* file) {
  std::uint64_t number = 0;
  return std::ifstream(file) >> number ? number : kUnknown;
}

std::uint64_t left_of(std::uint64_t limit, std::uint64_t used) {
  if (limit == kUnknown || used == kUnknown) return kUnknown;
  return limit > used ? limit - used : 0;
}

std::uint64_t available_on_machine() {
  std::ifstream facts("/proc/meminfo");
  std::string key;
  std::uint64_t kilobytes = 0;
  for (std::string unit; facts >> key >> kilobytes && std::getline(facts, unit);) {
    if (key == "MemAvailable:") return kilobytes * 1024;
  }
  return kUnknown;
}

std::uint64_t left_by_address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknown;
  const std::uint64_t pages = number_in("/proc/self/statm");
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return pages == kUnknown ? kUnknown : left_of(limit.rlim_cur, pages * page);
}

// The claims of the process.
struct Claims {
  std::mutex mutex;
  std::size_t count = 0;
  double bytes = 0;
  std::optional<std::uint64_t> free;  // when the first of them was made
};

Claims& claims() {
  static Claims made;
  return made;
}

}  // namespace

// Of control groups, version 2 and version 1 are looked at as a container sees them.
std::optional<std::uint64_t> free_memory_bytes() {
  const std::uint64_t least =
      std::min({available_on_machine(), left_by_address_space(),
                left_of(number_in("/sys/fs/cgroup/memory.max"), number_in("/sys/fs/cgroup/memory.current")),
                left_of(number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
                        number_in("/sys/fs/cgroup/memory/memory.usage_in_bytes"))});
  return least == kUnknown ? std::nullopt : std::optional<std::uint64_t>(least);
}

MemoryClaim::MemoryClaim(double bytes) : bytes_(bytes), fits_(true) {
  Claims& all = claims();
  const std::lock_guard lock(all.mutex);
  const bool alone = all.count++ == 0;
  if (alone) all.free = free_memory_bytes();
  all.bytes += bytes_;
  fits_ = alone || !all.free || all.bytes <= static_cast<double>(*all.free);
}

MemoryClaim::~MemoryClaim() {
  Claims& all = claims();
  const std::lock_guard lock(all.mutex);
  all.bytes = --all.count == 0 ? 0 : all.bytes - bytes_;
}

}  // namespace daris
