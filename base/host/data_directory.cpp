#include "base/host/data_directory.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "base/host/read_error.h"
#include "base/host/spawn.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

constexpr std::string_view kExtension = ".json";

bool is_folder(const std::filesystem::path& path) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed);
}

std::filesystem::path beside_program() {
  return std::filesystem::path(this_program()).parent_path().parent_path() / "share" / "daris";
}

bool is_file_name(std::string_view text) {
  return text.ends_with(kExtension) || text.find('/') != std::string_view::npos;
}

}  // namespace

Result<std::filesystem::path> data_directory() {
  if (const char* set = std::getenv("DARIS_DATA_DIR"); set != nullptr && *set != '\0') {
    if (is_folder(set)) return std::filesystem::path(set);
    return Error{"DARIS_DATA_DIR: \"" + std::string(set) +
                 "\" is no folder; the folder of the bundled data is needed"};
  }
  const std::filesystem::path candidates[] = {beside_program(), DARIS_SOURCE_DIRECTORY};
  for (const std::filesystem::path& candidate : candidates)
    if (is_folder(candidate)) return candidate;
  return Error{"the bundled data are neither in " + candidates[0].string() + " nor in " +
               candidates[1].string() + "; set DARIS_DATA_DIR to their folder"};
}

Result<std::vector<std::string>> list_data(std::string_view folder) {
  DARIS_TRY_ASSIGN(const std::filesystem::path root, data_directory());
  std::vector<std::string> names;
  std::error_code failed;
  std::filesystem::directory_iterator files(root / folder, failed);
  for (; !failed && files != std::filesystem::directory_iterator(); files.increment(failed))
    if (files->path().extension() == kExtension) names.push_back(files->path().stem().string());
  if (failed && failed != std::errc::no_such_file_or_directory)
    return cannot_read(root / folder, failed.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::filesystem::path> find_data(std::string_view folder, std::string_view kind,
                                        const std::string& name_or_file) {
  if (is_file_name(name_or_file)) return std::filesystem::path(name_or_file);
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data(folder));
  if (std::binary_search(names.begin(), names.end(), name_or_file))
    return data_directory().value() / folder / (name_or_file + std::string(kExtension));
  const std::string begin = "unknown " + std::string(kind) + " \"" + name_or_file + "\": ";
  if (names.empty()) return Error{begin + "none are bundled; the name of a file is needed"};
  std::string listed;
  for (const std::string& name : names) listed += (listed.empty() ? "" : ", ") + name;
  return Error{begin + did_you_mean(name_or_file, names, std::identity()) + " Bundled are " + listed +
               "; a file's name ends in .json"};
}

}  // namespace daris
