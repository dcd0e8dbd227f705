// The bare event queue: holds (take the earliest event, put its slot back later) at N pending events, beside
// the same work on std::priority_queue.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "sim/event_queue.h"

namespace daris {
namespace {

// Delays of a stage's order of magnitude, drawn before the timing begins.
std::array<std::int64_t, 1024> delays() {
  std::array<std::int64_t, 1024> values{};
  std::uint64_t state = 0x9E3779B97F4A7C15ULL;
  for (std::int64_t& value : values) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    value = 1 + static_cast<std::int64_t>(state >> 44);
  }
  return values;
}

constexpr std::int64_t kHoldsPerRound = 1024;
constexpr std::int64_t kRestartAt = std::int64_t{1} << 50;

void event_queue_hold(benchmark::State& state) {
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  const std::array<std::int64_t, 1024> delay = delays();
  EventQueue queue(pending);
  for (std::uint32_t slot = 0; slot < pending; ++slot) queue.set(slot, Time::from_ns(delay[slot % 1024]));
  for ([[maybe_unused]] auto _ : state) {
    for (const std::int64_t ns : delay) {
      const EventQueue::Event event = queue.top();
      queue.set(event.slot, event.time + Duration::from_ns(ns));
    }
    if (queue.top().time.ns() > kRestartAt) state.SkipWithError("virtual time ran out of range");
  }
  state.SetItemsProcessed(state.iterations() * kHoldsPerRound);
}
BENCHMARK(event_queue_hold)->Arg(8)->Arg(64)->Arg(1024);

void std_priority_queue_hold(benchmark::State& state) {
  using Entry = std::pair<std::int64_t, std::uint32_t>;
  const auto pending = static_cast<std::uint32_t>(state.range(0));
  const std::array<std::int64_t, 1024> delay = delays();
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  for (std::uint32_t slot = 0; slot < pending; ++slot) queue.push({delay[slot % 1024], slot});
  for ([[maybe_unused]] auto _ : state) {
    for (const std::int64_t ns : delay) {
      const Entry event = queue.top();
      queue.pop();
      queue.push({event.first + ns, event.second});
    }
  }
  state.SetItemsProcessed(state.iterations() * kHoldsPerRound);
}
BENCHMARK(std_priority_queue_hold)->Arg(8)->Arg(64)->Arg(1024);

}  // namespace
}  // namespace daris
