// Users' own models. Each is a folder with an AOTInductor package for each stage and a manifest, model.json
// (workloads/export/). If there is one package, a task set may name the package itself. This part knows,
// without Torch, what a task set may name, and checks it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workloads/model_catalog.h"
#include "workloads/task_set.h"

namespace daris {

struct PackagedStage {
  std::string name;
  std::filesystem::path package;
};

struct PackagedModel {
  std::string name;  // as task sets name it: a path
  InputShape input;
  Precision precision = Precision::kTf32;
  bool on_gpu = true;  // what the packages were compiled for
  std::uint32_t batch = 1;
  std::vector<PackagedStage> stages;
  std::string manifest;  // its text, which names the packages' hashes
};

// The model of a folder whose manifest has that text. Errors: the manifest is wrong, or a package is missing.
[[nodiscard]] Result<PackagedModel> parse_manifest(const std::string& text,
                                                   const std::filesystem::path& folder);

// Tells whether a model name is a path: it has a "/".
[[nodiscard]] bool names_packaged_model(std::string_view name);

// The model of the folder, or of its only package. It is read once in a process and lives as long. Threads:
// any. Errors: the manifest or a package is missing or wrong; the package is not the only one.
[[nodiscard]] Result<const ModelInfo*> find_packaged_model(const std::string& name);

}  // namespace daris
