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
  std::string name;  // no other stage has it
  std::filesystem::path package;
  std::string sha256;  // of the package, as the manifest has it
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

// The name of a model in profiles, wherever its folder lies. A network of the catalog keeps its name; a model
// of one's own is called by its folder and its manifest, such as "my-model@1a2b3c4d5e6f". If the manifest
// can't be read, the path is the name. Threads: any.
[[nodiscard]] std::string profiled_name(std::string_view model);

// Checks that each package is the one that the manifest was written for. Each is read once in a process.
// Threads: any. Errors: a package's SHA-256 is another; it can't be read.
[[nodiscard]] Status check_packages(const PackagedModel& model);

}  // namespace daris
