#include "base/host/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/host/files.h"
#include "base/host/output_place.h"

namespace daris {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, Kind kind) {
  DARIS_TRY(make_folders_to(folder / "file"));
  FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.descriptor_ < 0) return cannot_write(folder, errno);
  const int operation = kind == Kind::kShared ? LOCK_SH : LOCK_EX;
  if (::flock(lock.descriptor_, operation | LOCK_NB) == 0 || errno != EWOULDBLOCK) return lock;
  return environment_error(folder.string() +
                           ": another daris works in this folder; wait until it has ended, or give another "
                           "folder");
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace daris
