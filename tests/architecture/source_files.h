#pragma once

#include <filesystem>
#include <string>
#include <vector>

// The files of the project, for rules that every one of them obeys.
namespace daris::architecture {

// Sources of all rooms, of tests, benchmarks and scripts, in order: paths from the project's root.
[[nodiscard]] std::vector<std::filesystem::path> source_files();

// The text of a file of the project. `path`: from its root. A file that can't be read fails the test.
[[nodiscard]] std::string read_source(const std::filesystem::path& path);

// Whether there is such a file or folder.
[[nodiscard]] bool source_exists(const std::filesystem::path& path);

}  // namespace daris::architecture
