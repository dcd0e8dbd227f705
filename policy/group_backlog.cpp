#include "policy/group_backlog.h"

namespace daris {

void LevelBacklog::add(const BacklogJob& job) {
  inputs_ += job.inputs;
  jobs_.add(job);
}

BacklogJob LevelBacklog::take_first() {
  const BacklogJob job = jobs_.take_first();
  inputs_ -= job.inputs;
  return job;
}

void LevelBacklog::take(std::span<const std::uint32_t> places) {
  for (const std::uint32_t place : places) inputs_ -= jobs()[place].inputs;
  jobs_.take(places);
}

void LevelBacklog::clear() {
  jobs_.clear();
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
