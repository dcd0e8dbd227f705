// Reading and writing whole files, so that a reader, a signal or a full disk never leaves half of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace daris {

inline constexpr std::uint64_t kFileBytesMax = std::uint64_t{1} << 30;

// The whole file as it is. Errors: it is not there, is a folder, can't be read, or is larger than
// `bytes_max`.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& file,
                                                 std::uint64_t bytes_max = kFileBytesMax);

// Makes the folders on the way to `file`. Errors: of the environment, named with the folder.
[[nodiscard]] Status make_folders_to(const std::filesystem::path& file);

// Writes `text` beside `file` and moves it there in one step: `file` holds its old contents or all of the new
// ones, also after a crash of the machine. Makes the folders on the way. Two writers of one file at once are
// fine, the later one wins. A device or a pipe is written in place. Errors: of the environment (disk full, no
// permission), named with the file; nothing is left behind then.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& file, std::string_view text);

}  // namespace daris
