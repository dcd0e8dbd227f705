#include "base/host/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace daris {
namespace {

constexpr mode_t kForAll = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;  // less the umask
constexpr mode_t kModeBits = 07777;

// A name that no other file of this process has. Another machine's process may have it: then take the next.
std::filesystem::path some_name(const std::filesystem::path& folder) {
  static std::atomic<unsigned> number{0};
  return folder / (".daris-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
}

}  // namespace

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!name_.empty()) ::unlink(name_.c_str());
}

int NewFile::open(const std::filesystem::path& folder) {
  folder_ = folder;
  if (::access("/proc/self/fd", X_OK) != 0) return open_with_name();  // no way to give it a name later
  descriptor_ = ::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kForAll);
  if (descriptor_ >= 0) return 0;
  const bool unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT;
  return unknown ? open_with_name() : errno;
}

int NewFile::open_with_name() {
  do {
    name_ = some_name(folder_);
    descriptor_ = ::open(name_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kForAll);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ >= 0) return 0;
  name_.clear();
  return errno;
}

// The owner first: a change of it takes bits of the mode away.
int NewFile::resemble(const struct stat& other) {
  struct stat own {};
  if (::fstat(descriptor_, &own) != 0) return errno;
  const bool same_owner = own.st_uid == other.st_uid && own.st_gid == other.st_gid;
  if (!same_owner && ::fchown(descriptor_, other.st_uid, other.st_gid) != 0) return errno;
  return ::fchmod(descriptor_, other.st_mode & kModeBits) == 0 ? 0 : errno;
}

int NewFile::append(std::string_view text) { return write_all(descriptor_, text); }

// Some file systems report a full disk only when they are asked to keep what was written.
int NewFile::sync() { return ::fsync(descriptor_) == 0 ? 0 : errno; }

// A file without a name can be given one that is free, but can't take another's place.
int NewFile::give_name() {
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor_);
  int failed = 0;
  do {
    name_ = some_name(folder_);
    failed = ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW);
  } while (failed != 0 && errno == EEXIST);
  if (failed == 0) return 0;
  name_.clear();
  return errno;
}

int NewFile::move_to(const std::filesystem::path& target) {
  if (name_.empty()) {
    if (const int error = give_name(); error != 0) return error;
  }
  if (::rename(name_.c_str(), target.c_str()) != 0) return errno;
  name_.clear();
  return 0;
}

}  // namespace daris
