#include "base/host/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/host/files.h"

namespace daris {
namespace {

bool is_standard_output(const std::string& file) { return file.empty() || file == "-"; }

Status write_standard_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return environment_error(std::string("standard output: can't be written: ") + std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Status write_output(const std::string& file, std::string_view text) {
  return is_standard_output(file) ? write_standard_output(text) : write_file_atomically(file, text);
}

Status check_output(const std::string& file) {
  if (is_standard_output(file)) return {};
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown))
    return environment_error(file + ": can't be written: it is a folder; name a file");
  std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  while (!std::filesystem::exists(folder, unknown) && folder.has_relative_path())
    folder = folder.parent_path();
  if (::access(folder.c_str(), W_OK) == 0) return {};
  return environment_error(file + ": can't be written: " + folder.string() + ": " + std::strerror(errno));
}

}  // namespace daris
