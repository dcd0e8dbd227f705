#include "base/host/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "base/host/kept_stream.h"
#include "base/sha256.h"

namespace daris {
namespace {

Error cannot_read(const std::filesystem::path& file, int error) {
  return Error{file.string() + ": can't be read: " + std::strerror(error)};
}

Error cannot_write(const std::filesystem::path& file, int error) {
  return environment_error(file.string() + ": can't be written: " + std::strerror(error));
}

// Hands all bytes up to the end of the file to `take`, piece by piece, until that returns false. Returns 0,
// or the errno of the call that failed.
template <typename Take>
int read_all(int descriptor, const Take& take) {
  std::array<char, 1 << 16> chunk;
  for (;;) {
    const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0 || !take(std::string_view(chunk.data(), static_cast<std::size_t>(count)))) return 0;
  }
}

// Opens the file and reads it as read_all() does.
template <typename Take>
int read_file(const std::filesystem::path& file, const Take& take) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = read_all(descriptor, take);
  ::close(descriptor);
  return error;
}

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Some file systems report a full disk only when they are asked to keep what was written.
int write_and_sync(int descriptor, std::string_view text) {
  int error = write_all(descriptor, text);
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

// A sync of the folder keeps the rename itself. Some file systems can't do it; the file is complete all the
// same.
void sync_folder(const std::filesystem::path& file) {
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

int write_in_place(const std::string& target, std::string_view text) {
  const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = write_all(descriptor, text);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

int write_beside_and_move(const std::string& target, std::string_view text) {
  std::string beside = target + ".XXXXXX";
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return errno;
  ::fchmod(descriptor, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  int error = write_and_sync(descriptor, text);
  if (error == 0 && ::rename(beside.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(beside.c_str());
  return error;
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& file, std::uint64_t bytes_max) {
  if (!is_stream(file)) return read_bytes(file, bytes_max);
  DARIS_TRY_ASSIGN(const std::shared_ptr<const std::string> kept, kept_stream(file, bytes_max));
  return *kept;
}

Result<std::string> read_bytes(const std::filesystem::path& file, std::uint64_t bytes_max) {
  std::string text;
  const int error = read_file(file, [&](std::string_view piece) {
    text.append(piece);
    return text.size() <= bytes_max;
  });
  if (error != 0) return cannot_read(file, error);
  if (text.size() > bytes_max)
    return Error{file.string() + ": is larger than " + std::to_string(bytes_max) +
                 " bytes, the most that is read"};
  return text;
}

Result<std::string> file_sha256(const std::filesystem::path& file) {
  Sha256 digest;
  const int error = read_file(file, [&](std::string_view piece) {
    digest.add(piece);
    return true;
  });
  if (error != 0) return cannot_read(file, error);
  return digest.hex();
}

Status make_folders_to(const std::filesystem::path& file) {
  std::error_code failed;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return cannot_write(file.parent_path(), failed.value());
  return {};
}

Status write_file_atomically(const std::filesystem::path& file, std::string_view text) {
  DARIS_TRY(make_folders_to(file));
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(file, failed);
  if (std::filesystem::is_directory(status)) return cannot_write(file, EISDIR);
  const bool in_place = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  const int error =
      in_place ? write_in_place(file.string(), text) : write_beside_and_move(file.string(), text);
  if (error != 0) return cannot_write(file, error);
  if (!in_place) sync_folder(file);
  return {};
}

}  // namespace daris
