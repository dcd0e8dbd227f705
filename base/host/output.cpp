#include "base/host/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/host/interrupt.h"
#include "base/host/output_place.h"

namespace daris {
namespace {

constexpr const char* kStandardOutput = "standard output";

TextPieces one_piece(std::string_view text) {
  return [text](const TakePiece& take) { return take(text); };
}

// Ends the program as it would have ended if it did not ignore the signal (base/host/program.h).
void end_by_pipe_signal() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

bool is_regular(int descriptor) {
  struct stat found {};
  return ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
}

// If the reader leaves after it got some of the text (`| head`), it wanted no more: the program ends. If it
// leaves before, that is an error for a text that is `kept`.
Status write_standard_output(const TextPieces& pieces, bool kept) {
  bool any = !kept;
  const int error = pieces([&any](std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EPIPE && any) end_by_pipe_signal();
      if (written < 0) return errno;
      any = true;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  });
  return error == 0 ? Status() : Status(cannot_write(kStandardOutput, error));
}

// An interrupt waits until a file has all.
Status write_short_text(std::string_view text, bool kept) {
  const std::optional<InterruptHold> until_whole =
      is_regular(STDOUT_FILENO) ? std::make_optional<InterruptHold>() : std::nullopt;
  return write_standard_output(one_piece(text), kept);
}

// Beside an open descriptor, there must be somebody who reads.
Status check_standard_output() {
  const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return cannot_write(kStandardOutput, EBADF);
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  const bool unread = ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
  return unread ? Status(cannot_write(kStandardOutput, EPIPE)) : Status();
}

std::vector<std::filesystem::path> other_folders() {
  std::vector<std::filesystem::path> folders{""};
  if (const char* const chosen = std::getenv("TMPDIR"); chosen != nullptr) folders.emplace_back(chosen);
  folders.emplace_back("/tmp");
  if (const char* const home = std::getenv("HOME"); home != nullptr) folders.emplace_back(home);
  return folders;
}

// Returns the file that took the text.
std::optional<std::filesystem::path> write_elsewhere(const TextPieces& pieces, const std::string& what) {
  for (const std::filesystem::path& folder : other_folders()) {
    if (!folder.empty() && ::access(folder.c_str(), W_OK) != 0) continue;
    const std::filesystem::path file =
        folder / ("daris-" + what + "-" + std::to_string(::getpid()) + ".json");
    if (std::filesystem::exists(std::filesystem::symlink_status(file))) continue;
    if (write_file_atomically(file, pieces).ok()) return file;
  }
  return std::nullopt;
}

}  // namespace

bool is_standard_output(const std::string& file) { return file.empty() || file == "-"; }

Status write_output(const std::string& file, std::string_view text) {
  return is_standard_output(file) ? write_short_text(text, false) : write_file_atomically(file, text);
}

Status keep_output(const std::string& file, std::string_view text, const std::string& what) {
  const Status status =
      is_standard_output(file) ? write_short_text(text, true) : write_file_atomically(file, text);
  if (status.ok()) return {};
  const InterruptHold until_kept;
  return keep_elsewhere(status.error(), one_piece(text), what, is_standard_output(file));
}

Status keep_output(const std::string& file, const TextPieces& pieces, const std::string& what) {
  const Status status =
      is_standard_output(file) ? write_standard_output(pieces, true) : write_file_atomically(file, pieces);
  if (status.ok()) return {};
  return keep_elsewhere(status.error(), pieces, what, is_standard_output(file));
}

Error keep_elsewhere(const Error& status, const TextPieces& pieces, const std::string& what,
                     bool was_standard_output) {
  if (const std::optional<std::filesystem::path> kept = write_elsewhere(pieces, what))
    return status.with("; the " + what + " is in " + kept->string() + " instead");
  if (!was_standard_output && write_standard_output(pieces, true).ok())
    return status.with("; the " + what + " went to standard output instead");
  return status.with("; no other place took the " + what);
}

Status check_output(const std::string& file) {
  return is_standard_output(file) ? check_standard_output() : check_output_place(file);
}

}  // namespace daris
