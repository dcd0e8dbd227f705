#include "runtime/gpu/job_places.h"

#include <algorithm>

namespace daris {

JobPlace* JobPlaces::find(JobId job) {
  for (JobPlace& place : of_task_[job.task.at()]) {
    if (place.job == job) return &place;
  }
  return nullptr;
}

JobPlace& JobPlaces::put(JobId job) {
  if (JobPlace* const known = find(job)) return *known;
  JobPlace& place = of_task_[job.task.at()].emplace_back();
  place.job = job;
  return place;
}

void JobPlaces::erase(JobId job) {
  std::vector<JobPlace>& places = of_task_[job.task.at()];
  const auto found =
      std::find_if(places.begin(), places.end(), [job](const JobPlace& place) { return place.job == job; });
  if (found == places.end()) return;
  *found = places.back();
  places.pop_back();
}

void JobPlaces::clear() {
  for (std::vector<JobPlace>& places : of_task_) places.clear();
}

}  // namespace daris
