// Strong ids. Each is a dense index from zero into a table of the run. Ids of two kinds never mix by
// accident.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace daris {

template <typename Tag>
class Index {
 public:
  constexpr Index() = default;
  explicit constexpr Index(std::uint32_t value) : value_(value) {}
  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }
  // The value for subscripts.
  [[nodiscard]] constexpr std::size_t at() const { return value_; }
  friend constexpr auto operator<=>(Index, Index) = default;

 private:
  std::uint32_t value_ = 0;
};

using TaskId = Index<struct TaskTag>;        // position in the task set, copies of a group written out
using ContextId = Index<struct ContextTag>;  // spatial partition
using SlotId = Index<struct SlotTag>;        // slot s is stream s % Ns of context s / Ns
using TimerId = Index<struct TimerTag>;      // a policy's own numbering
// Position in the model's chain, from 0. Texts and JSON documents number stages from 1: only what reads and
// writes documents converts.
using StageIndex = Index<struct StageTag>;

// A job is the `ordinal`-th release (from 0) of its task. Jobs are ordered by ordinal, then by task: the last
// tie-break of the ready order.
struct JobId {
  std::uint32_t ordinal = 0;
  TaskId task;
  friend constexpr auto operator<=>(const JobId&, const JobId&) = default;
};

}  // namespace daris
