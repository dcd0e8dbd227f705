// The memory that the scheduler shares with its workers. It has no name, so it is gone when the last of them
// is gone.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "policy/ids.h"
#include "runtime/gpu/stage_stamps.h"
#include "runtime/mps/command_ring.h"
#include "runtime/mps/life_line.h"

namespace daris {

// The worker's report on the launches of one slot. The worker writes `dealt` last, and the scheduler reads it
// first.
struct alignas(64) SlotReport {
  std::atomic<std::uint32_t> dealt{0};          // launches that it has dealt with
  std::atomic<std::uint32_t> failure{0};        // of the last one: 0, or 1 + LaunchFailure
  std::atomic<std::uint32_t> stages{0};         // of the last one: StampLine::ended, once the stage has ended
  std::atomic<std::int64_t> handed_over_ns{0};  // of the last one: from the scheduler's launch() to its own
};

// The report of one worker. The worker writes it, and the scheduler reads it.
struct alignas(64) WorkerReport {
  std::atomic<std::uint32_t> reset{0};    // ticket of the last reset
  std::atomic<std::uint32_t> probed{0};   // ticket of the last probe that the GPU has answered
  std::atomic<std::uint32_t> faulted{0};  // 1: the worker ends, and `fault` says why
  std::array<char, 240> fault{};          // text, ended by a zero
  LifeLine life;                          // the worker's serving thread holds it

  // Cuts text that is too long.
  void set_fault(const std::string& text);
};

// A view of what one worker and the scheduler share.
struct WorkerMemory {
  CommandRing* commands = nullptr;  // the scheduler pushes
  WorkerReport* report = nullptr;
  std::span<SlotReport> slots;
  std::span<StampLine> lines;  // whole pages, which the GPU writes into
};

// Owns a mapping. Threads: any.
class Segment {
 public:
  // Errors: no memory.
  [[nodiscard]] static Result<Segment> create(std::uint32_t workers, std::uint32_t streams);
  // Maps a segment that another process has made with the same counts. Takes the descriptor over.
  [[nodiscard]] static Result<Segment> attach(int descriptor, std::uint32_t workers, std::uint32_t streams);
  Segment(Segment&& other) noexcept;
  Segment& operator=(Segment&&) = delete;
  ~Segment();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] WorkerMemory worker(ContextId context) const;

 private:
  Segment(int descriptor, std::uint32_t workers, std::uint32_t streams);
  [[nodiscard]] std::size_t bytes() const;

  int descriptor_;
  std::uint32_t workers_;
  std::uint32_t streams_;
  std::byte* memory_ = nullptr;
};

}  // namespace daris
