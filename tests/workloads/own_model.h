// For tests: a model of one's own, whose package is never loaded.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace daris::testing {

// Makes the folder with a manifest of one stage for TF32 and a batch of 4. Returns its path, which task sets
// may name.
inline std::string make_own_model(const std::filesystem::path& folder, const std::string& sha256 = "0") {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "all.pt2") << "no package";
  std::ofstream(folder / "model.json")
      << R"({"schema": "daris.model", "version": 1, "name": "own", "input": [3, 8, 8], "precision": "tf32",
             "device": "cuda", "batch": 4, "torch": "2",
             "stages": [{"name": "all", "package": "all.pt2", "sha256": ")"
      << sha256 << R"("}]})";
  return folder.string();
}

}  // namespace daris::testing
