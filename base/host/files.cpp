#include "base/host/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "base/host/interrupt.h"
#include "base/host/kept_stream.h"
#include "base/host/new_file.h"
#include "base/host/output_claim.h"
#include "base/host/output_place.h"
#include "base/host/read_error.h"
#include "base/sha256.h"
#include "base/text_kind.h"

namespace daris {
namespace {

// Hands all bytes up to the end of the file to `take`, piece by piece, until that returns false. Returns 0,
// or the errno of the call that failed. A pipe may never give more, so Ctrl-C ends the program there.
template <typename Take>
int read_all(int descriptor, const Take& take) {
  std::array<char, 1 << 16> chunk;
  for (;;) {
    const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) {
      end_if_interrupted();
      continue;
    }
    if (count < 0) return errno;
    if (count == 0 || !take(std::string_view(chunk.data(), static_cast<std::size_t>(count)))) return 0;
  }
}

// A FIFO into which nobody writes yet makes its reader wait.
int open_to_read(const std::filesystem::path& file) {
  for (;;) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0 || errno != EINTR) return descriptor;
    end_if_interrupted();
  }
}

// Opens the file and reads it as read_all() does.
template <typename Take>
int read_file(const std::filesystem::path& file, const Take& take) {
  const int descriptor = open_to_read(file);
  if (descriptor < 0) return errno;
  const int error = read_all(descriptor, take);
  ::close(descriptor);
  return error;
}

// A sync of the folder keeps the rename itself. Some file systems can't do it; the file is complete all the
// same.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

int write_pieces(int descriptor, const TextPieces& pieces) {
  return pieces([descriptor](std::string_view piece) { return write_all(descriptor, piece); });
}

int write_in_place(const std::filesystem::path& target, bool is_stream, const TextPieces& pieces) {
  const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC | (is_stream ? 0 : O_TRUNC));
  if (descriptor < 0) return errno;
  int error = write_pieces(descriptor, pieces);
  if (error == 0 && !is_stream && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
}

struct Replacement {
  int error = 0;         // an errno
  bool possible = true;  // false: the folder or the old file does not allow a new file in its place
};

Replacement replace(const OutputPlace& place, const TextPieces& pieces) {
  const std::filesystem::path folder = folder_of(place.file);
  NewFile file;
  if (const int error = file.open(folder); error != 0) return {error, error != EACCES && error != EPERM};
  if (place.old) {
    if (const int error = file.resemble(*place.old); error != 0) return {error, false};
  }
  const int written = pieces([&](std::string_view piece) { return file.append(piece); });
  if (written != 0) return {written};
  const InterruptHold hold;
  if (const int error = file.sync(); error != 0) return {error};
  if (const int error = file.move_to(place.file); error != 0)
    return {error, error != EACCES && error != EPERM && error != EBUSY};
  sync_folder(folder);
  return {};
}

// A file with several names stays one file, and so does one that this user may write but not replace.
int write_regular(const OutputPlace& place, const TextPieces& pieces) {
  const bool many_names = place.old && place.old->st_nlink > 1;
  if (!many_names) {
    const Replacement replaced = replace(place, pieces);
    if (replaced.possible || !place.old) return replaced.error;
  }
  return write_in_place(place.file, false, pieces);
}

// A write-protected file is not replaced, although its folder would allow it.
int write_to(const OutputPlace& place, const TextPieces& pieces) {
  if (place.descriptor) return write_pieces(*place.descriptor, pieces);
  if (place.is_stream()) return write_in_place(place.file, true, pieces);
  if (place.old && ::access(place.file.c_str(), W_OK) != 0) return errno;
  return write_regular(place, pieces);
}

// If it is short, an interrupt waits until all is written.
Status write_file(const std::filesystem::path& file, const TextPieces& pieces, bool is_short) {
  DARIS_TRY_ASSIGN(const OutputPlace place, find_output_place(file));
  if (!place.old && !place.descriptor) DARIS_TRY(make_folders_to(place.file));
  std::optional<InterruptHold> until_whole;
  if (is_short && !place.is_stream()) until_whole.emplace();
  const int error = write_to(place, pieces);
  return error == 0 ? Status() : Status(cannot_write(file, error));
}

Result<std::string> read_stream_or_file(const std::filesystem::path& file, std::uint64_t bytes_max) {
  if (!is_stream(file)) return read_bytes(file, bytes_max);
  DARIS_TRY_ASSIGN(const std::shared_ptr<const std::string> kept, kept_stream(file, bytes_max));
  return *kept;
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& file, std::uint64_t bytes_max) {
  DARIS_TRY_ASSIGN(std::string text, read_stream_or_file(file, bytes_max));
  if (const std::optional<std::string> why = why_no_text(text)) return Error{file.string() + ": " + *why};
  return text;
}

Result<std::string> read_bytes(const std::filesystem::path& file, std::uint64_t bytes_max) {
  DARIS_TRY(check_input(file));
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
  DARIS_TRY(check_input(file));
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
  return write_file(
      file, [text](const TakePiece& take) { return take(text); }, true);
}

Status write_file_atomically(const std::filesystem::path& file, const TextPieces& pieces) {
  return write_file(file, pieces, false);
}

}  // namespace daris
