#include "runtime/step_chunk.h"

#include <cstddef>
#include <variant>

namespace daris {
namespace {

// About 130 kB, a third of which is used: some milliseconds of a busy machine.
constexpr std::size_t kRows = 256;
constexpr std::size_t kItems = 1024;
constexpr std::size_t kGaps = 64;        // they are rare
constexpr std::size_t kUsualStep = 512;  // releases of a large task set, each with its admission

// Reserves room for `count` and writes to it. Memory that is only reserved costs a page fault at its first
// use.
template <typename T>
void set_aside(std::vector<T>& items, std::size_t count) {
  items.resize(count);
  items.clear();
}

}  // namespace

StepChunk::StepChunk() {
  set_aside(rows_, kRows);
  set_aside(events_, kItems);
  set_aside(decisions_, kItems);
  set_aside(stages_, kItems);
  set_aside(gaps_, kGaps);
  set_aside(jobs_, kItems);
}

void StepChunk::clear() {
  rows_.clear();
  events_.clear();
  decisions_.clear();
  stages_.clear();
  gaps_.clear();
  jobs_.clear();
}

bool StepChunk::full() const {
  constexpr std::size_t kEnough = kItems - kUsualStep;
  return rows_.size() == kRows || events_.size() > kEnough || decisions_.size() > kEnough ||
         jobs_.size() > kEnough;
}

void StepChunk::add(const Step& step) {
  rows_.push_back({step.now, static_cast<std::uint32_t>(step.events.size()),
                   static_cast<std::uint32_t>(step.decisions.size()),
                   static_cast<std::uint32_t>(step.stages.size()),
                   static_cast<std::uint32_t>(step.gaps.size())});
  events_.insert(events_.end(), step.events.begin(), step.events.end());
  decisions_.insert(decisions_.end(), step.decisions.begin(), step.decisions.end());
  stages_.insert(stages_.end(), step.stages.begin(), step.stages.end());
  gaps_.insert(gaps_.end(), step.gaps.begin(), step.gaps.end());
  for (const Decision& decision : step.decisions) {
    const auto* const launch = std::get_if<LaunchStage>(&decision);
    if (launch != nullptr) jobs_.insert(jobs_.end(), launch->jobs.begin(), launch->jobs.end());
  }
}

void StepChunk::replay(std::span<Observer* const> observers) {
  const JobId* jobs = jobs_.data();
  for (Decision& decision : decisions_) {
    auto* const launch = std::get_if<LaunchStage>(&decision);
    if (launch == nullptr) continue;
    launch->jobs = {jobs, launch->jobs.size()};
    jobs += launch->jobs.size();
  }
  const Event* events = events_.data();
  const Decision* decisions = decisions_.data();
  const StageMeasurement* stages = stages_.data();
  const HostGap* gaps = gaps_.data();
  for (const Row& row : rows_) {
    const Step step{
        row.now, {events, row.events}, {decisions, row.decisions}, {stages, row.stages}, {gaps, row.gaps}};
    for (Observer* const observer : observers) observer->on_step(step);
    events += row.events;
    decisions += row.decisions;
    stages += row.stages;
    gaps += row.gaps;
  }
}

void ChunkStack::put(StepChunk* chunk) {
  chunk->next = top_.load(std::memory_order_relaxed);
  while (
      !top_.compare_exchange_weak(chunk->next, chunk, std::memory_order_release, std::memory_order_relaxed)) {
  }
}

}  // namespace daris
