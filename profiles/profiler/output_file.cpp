#include "profiles/profiler/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "profiles/profile_json.h"

namespace daris {
namespace {

// errno of the first step that failed, 0 where all is on the disk.
int write_whole(const std::string& file, const std::string& text) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return errno;
  std::size_t written = 0;
  int error = 0;
  while (written < text.size() && error == 0) {
    const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && fsync(descriptor) != 0) error = errno;
  if (close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace

Result<std::optional<Profile>> read_output(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::optional<Profile>();
  Result<Profile> profile = read_profile(file);
  if (!profile.ok()) return profile.error();
  return std::optional<Profile>(std::move(profile).value());
}

Status replace_file(const std::filesystem::path& file, const std::string& text) {
  const std::string beside = file.string() + ".part";
  int error = write_whole(beside, text);
  if (error == 0 && std::rename(beside.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return {};
  unlink(beside.c_str());
  return Error{file.string() + ": can't write: " + std::strerror(error)};
}

}  // namespace daris
