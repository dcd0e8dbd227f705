// Finds out where the name of an output leads: to a file behind symbolic links, to a device or a pipe, or to
// a descriptor of this process (/dev/stdout).
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "base/result.h"

namespace daris {

struct OutputPlace {
  std::filesystem::path file;      // behind all links
  std::optional<int> descriptor;   // set if the name is one of this process's descriptors
  std::optional<struct stat> old;  // what is there now; nullopt: nothing

  // True for a device, a pipe or a socket: it can't be replaced by a new file.
  [[nodiscard]] bool is_stream() const { return descriptor || (old && !S_ISREG(old->st_mode)); }
};

// Errors: of the environment; the name is a folder's, is too long, or its links lead in a circle.
[[nodiscard]] Result<OutputPlace> find_output_place(const std::filesystem::path& file);

// Checks, without making anything, that the place can be written to. Errors: of the environment.
[[nodiscard]] Status check_output_place(const std::filesystem::path& file);

// The error of a file that could not be written; `error` is an errno.
[[nodiscard]] Error cannot_write(const std::filesystem::path& file, int error);

}  // namespace daris
