#include "tests/architecture/source_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

namespace daris::architecture {
namespace {

const std::filesystem::path& root() {
  static const std::filesystem::path path = DARIS_SOURCE_DIR;
  return path;
}

bool is_source(const std::filesystem::path& path) {
  constexpr std::string_view kEndings[] = {".h", ".cpp", ".cu", ".cuh", ".py", ".sh"};
  return std::find(std::begin(kEndings), std::end(kEndings), path.extension().string()) != std::end(kEndings);
}

}  // namespace

std::vector<std::filesystem::path> source_files() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"base", "policy", "plugin", "workloads", "profiles", "gpu", "drive", "sim",
                             "runtime", "analysis", "experiment", "cli", "bench", "tests", "scripts"}) {
    if (!std::filesystem::exists(root() / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root() / folder)) {
      if (entry.is_regular_file() && is_source(entry.path()))
        files.push_back(entry.path().lexically_relative(root()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_source(const std::filesystem::path& path) {
  std::ifstream file(root() / path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

bool source_exists(const std::filesystem::path& path) { return std::filesystem::exists(root() / path); }

}  // namespace daris::architecture
