#include "runtime/core_pin.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <span>
#include <string>
#include <system_error>

#include "runtime/core_claim.h"

namespace daris {
namespace {

// `core` and its neighbours of simultaneous multithreading; `core` alone if the system doesn't name them.
std::vector<std::uint32_t> hardware_threads_beside(std::uint32_t core) {
  std::ifstream file(fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", core));
  std::string list;
  std::getline(file, list);
  std::vector<std::uint32_t> cores = cores_in(list);
  cores.push_back(core);
  return cores;
}

// Returns false if no core is left or the system refuses.
bool leave(std::span<const std::uint32_t> cores) {
  cpu_set_t allowed{};
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
  for (const std::uint32_t core : cores) CPU_CLR(core, &allowed);
  return CPU_COUNT(&allowed) > 0 && sched_setaffinity(0, sizeof allowed, &allowed) == 0;
}

// Returns nullopt as last_core() does.
std::optional<std::uint32_t> highest_free_core() {
  const std::vector<std::uint32_t> cores = allowed_cores();
  if (cores.size() < 2) return std::nullopt;
  const auto free = std::find_if(cores.rbegin(), cores.rend(), claim_core);
  return free != cores.rend() ? *free : cores.back();
}

}  // namespace

CorePin::CorePin(std::optional<std::uint32_t> core) {
  if (!core || *core >= CPU_SETSIZE || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(*core, &only);
  pinned_ = sched_setaffinity(0, sizeof only, &only) == 0;
}

CorePin::~CorePin() {
  if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
}

std::vector<std::uint32_t> allowed_cores() {
  cpu_set_t allowed{};
  std::vector<std::uint32_t> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cores;
  for (std::uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

std::optional<std::uint32_t> last_core() {
  const std::vector<std::uint32_t> cores = allowed_cores();
  if (cores.size() < 2) return std::nullopt;
  return cores.back();
}

void keep_off(std::optional<std::uint32_t> core) {
  if (!core || *core >= CPU_SETSIZE) return;
  if (!leave(hardware_threads_beside(*core))) leave({&*core, 1});
}

std::optional<std::uint32_t> claim_scheduler_core() {
  static const std::optional<std::uint32_t> core = highest_free_core();
  keep_off(core);
  return core;
}

std::vector<std::uint32_t> claim_worker_cores(std::size_t workers) {
  const std::vector<std::uint32_t> allowed = allowed_cores();
  const std::size_t with_spare = workers + 1;
  if (allowed.size() < with_spare) return {};
  std::vector<std::uint32_t> cores;
  for (auto core = allowed.rbegin(); core != allowed.rend() && cores.size() < with_spare; ++core) {
    if (claim_core(*core)) cores.push_back(*core);
  }
  const std::size_t kept = cores.size() == with_spare ? workers : 0;
  for (; cores.size() > kept; cores.pop_back()) release_core(cores.back());
  return cores;
}

std::vector<std::uint32_t> cores_in(std::string_view list) {
  const char* at = list.data();
  const char* const end = at + list.size();
  const auto number = [&](std::uint32_t& value) {
    const auto [next, error] = std::from_chars(at, end, value);
    at = next;
    return error == std::errc();
  };
  const auto skip = [&](char mark) {
    const bool there = at != end && *at == mark;
    if (there) ++at;
    return there;
  };
  std::vector<std::uint32_t> cores;
  do {
    std::uint32_t first = 0;
    if (!number(first)) return {};
    std::uint32_t last = first;
    if (skip('-') && !number(last)) return {};
    if (last < first || last >= CPU_SETSIZE) return {};
    for (std::uint32_t core = first; core <= last; ++core) cores.push_back(core);
  } while (skip(','));
  if (at != end) return {};
  return cores;
}

}  // namespace daris
