#include "base/host/output_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <system_error>

#include "base/parse_value.h"

namespace daris {
namespace {

constexpr int kLinksMax = 40;  // as many as the kernel follows

// The folder of a file by its whole name: "/proc/12/fd". Empty if there is no such folder.
std::filesystem::path real_folder(const std::filesystem::path& file) {
  std::error_code unknown;
  return std::filesystem::canonical(file.has_parent_path() ? file.parent_path() : ".", unknown);
}

// Entries of such a folder look like links, but what they show may be no name of a file.
bool is_folder_of_descriptors(const std::filesystem::path& folder) {
  return folder.filename() == "fd" && folder.string().starts_with("/proc/");
}

// Nullopt if the folder is another process's.
std::optional<int> own_descriptor(const std::filesystem::path& folder, const std::filesystem::path& file) {
  if (!folder.string().starts_with("/proc/" + std::to_string(::getpid()) + "/")) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_count(file.filename().string());
  return number && *number <= INT_MAX ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
}

std::optional<struct stat> status_of(const std::filesystem::path& file, bool of_link, int& error) {
  struct stat found {};
  const int failed = of_link ? ::lstat(file.c_str(), &found) : ::stat(file.c_str(), &found);
  error = failed == 0 ? 0 : errno;
  return failed == 0 ? std::optional<struct stat>(found) : std::nullopt;
}

Status check_descriptor(const std::filesystem::path& file, int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return cannot_write(file, EBADF);
  return {};
}

// The folders that are missing will be made in the nearest one that is there.
Status check_folder(const std::filesystem::path& file) {
  std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  struct stat found {};
  while (::stat(folder.c_str(), &found) != 0) {
    if (errno != ENOENT) return cannot_write(file, errno);
    if (folder.filename().string().size() > NAME_MAX) return cannot_write(file, ENAMETOOLONG);
    if (!folder.has_parent_path() || folder == folder.parent_path()) {
      folder = ".";
      break;
    }
    folder = folder.parent_path();
  }
  if (::stat(folder.c_str(), &found) != 0) return cannot_write(file, errno);
  if (!S_ISDIR(found.st_mode)) return cannot_write(file, ENOTDIR);
  if (found.st_nlink == 0) return cannot_write(file, ENOENT);  // it was removed, and is still this process's
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return cannot_write(file, errno).with(" (folder " + folder.string() + ")");
}

}  // namespace

Error cannot_write(const std::filesystem::path& file, int error) {
  std::error_code gone;
  const bool lost = error == ENOENT && file.is_relative() && std::filesystem::current_path(gone).empty();
  std::string reason = std::strerror(error);
  if (lost) reason = "the working folder is gone";
  if (error == EBADF) reason = "it is closed, or open only to be read";
  return environment_error(file.string() + ": can't be written: " + reason);
}

Result<OutputPlace> find_output_place(const std::filesystem::path& file) {
  OutputPlace place{file, std::nullopt, std::nullopt};
  int error = 0;
  for (int links = 0; links < kLinksMax; ++links) {
    const std::filesystem::path folder = real_folder(place.file);
    const bool descriptors = is_folder_of_descriptors(folder);
    if (descriptors) place.descriptor = own_descriptor(folder, place.file);
    place.old = status_of(place.file, !descriptors, error);
    if (place.old && S_ISLNK(place.old->st_mode)) {
      std::error_code failed;
      const std::filesystem::path target = std::filesystem::read_symlink(place.file, failed);
      if (failed) return cannot_write(file, failed.value());
      place.file = place.file.parent_path() / target;
      continue;
    }
    if (error != 0 && error != ENOENT) return cannot_write(file, error);
    if (place.file.filename().string().size() > NAME_MAX) return cannot_write(file, ENAMETOOLONG);
    const bool is_folder = place.old && S_ISDIR(place.old->st_mode);
    if (is_folder || !place.file.has_filename()) return cannot_write(file, EISDIR).with("; name a file");
    return place;
  }
  return cannot_write(file, ELOOP);
}

Status check_output_place(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const OutputPlace place, find_output_place(file));
  if (place.descriptor) return check_descriptor(file, *place.descriptor);
  if (!place.old) return check_folder(place.file);
  return ::access(place.file.c_str(), W_OK) == 0 ? Status() : Status(cannot_write(file, errno));
}

}  // namespace daris
