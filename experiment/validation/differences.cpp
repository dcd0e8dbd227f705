#include "experiment/validation/differences.h"

#include <fmt/format.h>

#include <set>

namespace daris {
namespace {

// Leaf by leaf: "config.switches.bound".
void compare_objects(const std::string& place, const Json& live, const Json& simulated,
                     std::vector<Difference>& out) {
  std::set<std::string> keys;
  for (const Json* const object : {&live, &simulated}) {
    for (const auto& [key, unused] : object->items()) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const Json a = live.value(key, Json());
    const Json b = simulated.value(key, Json());
    if (a.is_object() && b.is_object()) {
      compare_objects(place + key + ".", a, b, out);
    } else if (a != b) {
      out.push_back({place + key, a, b});
    }
  }
}

// "camera 4 at level 0, map 1 at level 1"
std::string tasks_of(const Json& point) {
  std::string text;
  for (const Json& task : point.at("results").at("tasks")) {
    text += fmt::format("{}{} {} at level {}", text.empty() ? "" : ", ", task.at("name").get<std::string>(),
                        task.at("count").dump(), task.at("priority").dump());
  }
  return text;
}

// Of a run: what its machine and its libraries were. A log does not say.
Json machine_of(const Json& provenance) {
  Json machine = Json::object();
  if (provenance.empty()) return machine;
  for (const char* const key : {"gpu", "driver", "program", "commit"}) machine[key] = provenance.at(key);
  for (const char* const key : {"cuda", "cudnn", "libtorch"})
    machine[key] = provenance.at("versions").at(key);
  return machine;
}

}  // namespace

std::vector<Difference> differences_of(const LivePoint& live, const Json& simulated, const Json& provenance) {
  std::vector<Difference> all;
  compare_objects("config.", live.point.at("config"), simulated.at("config"), all);
  const std::string live_tasks = tasks_of(live.point);
  const std::string simulated_tasks = tasks_of(simulated);
  if (live_tasks != simulated_tasks) all.push_back({"tasks", live_tasks, simulated_tasks});
  for (const char* const key : {"granted_sms", "batch_limits"}) {
    if (live.point.at(key) != simulated.at(key)) all.push_back({key, live.point.at(key), simulated.at(key)});
  }
  if (!live.provenance.empty()) compare_objects("", machine_of(live.provenance), machine_of(provenance), all);
  return all;
}

}  // namespace daris
