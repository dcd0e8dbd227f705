// Reads and writes whole files. Nobody ever finds half of a file, even after a signal or on a full disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace daris {

inline constexpr std::uint64_t kFileBytesMax = std::uint64_t{1} << 30;

// The contents of the file. A pipe may be read again: it gives the same (base/host/kept_stream.h). Errors: it
// is not there, is a folder, can't be read, is larger than `bytes_max`, is compressed or UTF-16
// (base/text_kind.h), or is claimed as an output (base/host/output_claim.h).
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& file,
                                                 std::uint64_t bytes_max = kFileBytesMax);
// The same for a file that is read once: of a pipe, what nobody has read yet.
[[nodiscard]] Result<std::string> read_bytes(const std::filesystem::path& file, std::uint64_t bytes_max);

// The SHA-256 of the file's bytes, whatever its length. Errors: those of reading.
[[nodiscard]] Result<std::string> file_sha256(const std::filesystem::path& file);

// Makes the folders on the way to `file`. Errors: of the environment; the message names the folder.
[[nodiscard]] Status make_folders_to(const std::filesystem::path& file);

// Puts `text` into the place of `file` in one step. So `file` holds its old contents or all of the new ones,
// also after a crash of the machine. If two write one file at once, the later one wins. Makes the folders on
// the way.
//
// A symbolic link stays one: the file behind it is written. A new file's mode is what the umask leaves of
// rw-rw-rw-, and an old file keeps mode, owner and group. A device, a pipe and a descriptor of this process
// (/dev/stdout) are written in place. So is a file that has several names or can't be replaced by this user;
// that file may be left half written. Errors: of the environment (disk full, no permission); the message
// names the file, and nothing else is left behind.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& file, std::string_view text);

// Takes the next piece of a text. Returns 0, or an errno.
using TakePiece = std::function<int(std::string_view piece)>;
// Hands over a text from its begin to its end, and stops if the taker returns an errno, which it returns. It
// may be asked again. If it can't go on by itself, it returns ECANCELED and keeps the reason.
using TextPieces = std::function<int(const TakePiece& take)>;

// The same for a text that is too long for the memory. An interrupt ends the program also while it is
// written.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& file, const TextPieces& pieces);

}  // namespace daris
