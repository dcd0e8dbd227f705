#include "policy/group_backlog.h"

#include <algorithm>

#include "base/check.h"

namespace daris {

void LevelBacklog::add(const BacklogJob& job) {
  inputs_ += job.inputs;
  const auto first = jobs_.begin() + static_cast<std::ptrdiff_t>(head_);
  if (head_ > 0 && first != jobs_.end() && job < *first) {
    jobs_[--head_] = job;
    return;
  }
  if (jobs_.size() == jobs_.capacity() && head_ > jobs_.size() / 2) {
    jobs_.erase(jobs_.begin(), first);
    head_ = 0;
  }
  const auto begin = jobs_.begin() + static_cast<std::ptrdiff_t>(head_);
  jobs_.insert(std::upper_bound(begin, jobs_.end(), job), job);
}

BacklogJob LevelBacklog::take_first() {
  DARIS_CHECK(!empty());
  const BacklogJob job = jobs_[head_++];
  inputs_ -= job.inputs;
  if (empty()) clear();
  return job;
}

void LevelBacklog::take(std::span<const std::uint32_t> places) {
  if (places.empty()) return;
  // Those that stay in front of the last one taken move up to it.
  std::size_t to = head_ + places.back();
  std::size_t taken = places.size();
  for (std::size_t from = to + 1; from-- > head_;) {
    if (taken > 0 && head_ + places[taken - 1] == from) {
      inputs_ -= jobs_[from].inputs;
      --taken;
    } else {
      jobs_[to--] = jobs_[from];
    }
  }
  head_ += places.size();
  if (empty()) clear();
}

void LevelBacklog::clear() {
  jobs_.clear();
  head_ = 0;
  inputs_ = 0;
}

LevelRank GroupBacklog::first_level() const {
  LevelRank rank = 0;
  while (levels_[rank].empty()) ++rank;
  return rank;
}

void GroupBacklog::add(LevelRank rank, const BacklogJob& job) {
  levels_[rank].add(job);
  inputs_ += job.inputs;
}

BacklogJob GroupBacklog::take_first(LevelRank rank) {
  const BacklogJob job = levels_[rank].take_first();
  inputs_ -= job.inputs;
  return job;
}

void GroupBacklog::take(LevelRank rank, std::span<const std::uint32_t> places) {
  inputs_ -= levels_[rank].inputs();
  levels_[rank].take(places);
  inputs_ += levels_[rank].inputs();
}

void GroupBacklog::clear() {
  for (LevelBacklog& level : levels_) level.clear();
  inputs_ = 0;
}

}  // namespace daris
