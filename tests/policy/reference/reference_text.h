// Lines of text for the decisions of the reference model.
#pragma once

#include <string>
#include <vector>

#include "policy/ids.h"

namespace daris::reference {

inline std::string name(JobId job) {
  return "t" + std::to_string(job.task.value()) + "#" + std::to_string(job.ordinal);
}

inline std::string launch_line(std::size_t slot, std::size_t stage, std::size_t batch,
                               const std::vector<JobId>& jobs) {
  std::string line = "launch slot " + std::to_string(slot) + " stage " + std::to_string(stage + 1) +
                     " batch " + std::to_string(batch);
  for (const JobId job : jobs) line += " " + name(job);
  return line;
}

}  // namespace daris::reference
