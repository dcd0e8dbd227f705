// Keeps two processes from working in one folder at once.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace daris {

// Holds the folder until it is destroyed or the process ends, however that ends. Leaves no file behind.
class FolderLock {
 public:
  enum class Kind {
    kShared,
    kExclusive
  };  // an exclusive lock suffers no other, a shared one only shared ones

  // Makes the folder if it is not there. Where file systems can't lock, it does nothing. Errors: of the
  // environment; another process holds the folder, or it can't be made.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder, Kind kind);

  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace daris
