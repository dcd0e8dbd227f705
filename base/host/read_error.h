// The error of a file or folder that the system would not let us read.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/result.h"

namespace daris {

// `error` is an errno. A lack of memory or of descriptors, or a broken disk, is the machine's fault. All else
// is the fault of whoever named the file.
[[nodiscard]] inline Error cannot_read(const std::filesystem::path& file, int error) {
  const bool machine = error == ENOMEM || error == EMFILE || error == ENFILE || error == EIO;
  return {file.string() + ": can't be read: " + std::strerror(error),
          machine ? ErrorKind::kEnvironment : ErrorKind::kInput};
}

}  // namespace daris
