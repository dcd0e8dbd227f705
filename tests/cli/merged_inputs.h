// Inputs for policy `merged`, as texts.
#pragma once

#include <string>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"

namespace daris {

// 11 tasks of small_cnn, which need a network of 8 and another one for the rest.
inline std::string tasks_to_merge(const std::string& weights) {
  return R"({"schema": "daris.task-set", "version": 1, "name": "own", "tasks": [
      {"name": "urgent", "count": 4, "model": "small_cnn", "priority": 0, "rate_hz": 5000, "weights": ")" +
         weights + R"("},
      {"name": "other", "count": 7, "model": "small_cnn", "priority": 1, "rate_hz": 5000, "weights": ")" +
         weights + R"("}]})";
}

// The profile with 8 merged networks of small_cnn, which take as long as `times` single ones.
inline std::string with_merged_networks(const std::string& profile_text, int times) {
  Json profile = parse_json(profile_text, "profile").value();
  Json merged;
  for (const Json& model : profile["models"]) {
    if (model["model"] != "small_cnn" || model["precision"] != "tf32") continue;
    merged = model;
    merged["model"] = "small_cnn-merged8";
    merged["batches"] = {model["batches"][0]};
  }
  Json& batch = merged["batches"][0];
  batch["batch"] = 8;
  for (Json& alone : batch["times"]) {
    for (Json& ns : alone["whole_ns"]) ns = times * ns.get<int>();
  }
  profile["models"].push_back(merged);
  return write_json(profile);
}

}  // namespace daris
