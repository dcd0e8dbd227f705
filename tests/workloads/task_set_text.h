// The text of a task set for tests, made by changing a small right one.
#pragma once

#include <string>
#include <vector>

#include "base/json/json.h"

namespace daris::testing {

// One task for each patch. It is a JSON merge patch: null takes a key away, so a value of null can't be
// written.
inline std::string set_with_tasks(const std::vector<std::string>& patches) {
  Json tasks = Json::array();
  for (const std::string& patch : patches) {
    Json task = Json::parse(R"({"name": "cam", "model": "resnet18", "priority": 0, "rate_hz": 30})");
    task.merge_patch(Json::parse(patch));
    tasks.push_back(task);
  }
  return Json({{"schema", "daris.task-set"}, {"version", 1}, {"name", "test"}, {"tasks", tasks}}).dump();
}

inline std::string set_with(const std::string& patch) { return set_with_tasks({patch}); }

}  // namespace daris::testing
