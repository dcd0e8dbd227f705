#include "base/host/kept_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <streambuf>
#include <utility>

#include "base/host/files.h"
#include "base/host/read_error.h"

namespace daris {
namespace {

using StreamId = std::pair<dev_t, ino_t>;

class SharedText final : public std::streambuf {
 public:
  explicit SharedText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {
    // A get area is never written to.
    char* const begin = const_cast<char*>(text_->data());
    setg(begin, begin, begin + text_->size());
  }

 private:
  std::shared_ptr<const std::string> text_;
};

class SharedTextStream final : public std::istream {
 public:
  explicit SharedTextStream(std::shared_ptr<const std::string> text)
      : std::istream(nullptr), buffer_(std::move(text)) {
    rdbuf(&buffer_);
  }

 private:
  SharedText buffer_;
};

}  // namespace

bool is_stream(const std::filesystem::path& file) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(file, failed);
  return std::filesystem::exists(status) && std::filesystem::is_other(status);
}

Result<std::shared_ptr<const std::string>> kept_stream(const std::filesystem::path& file,
                                                       std::uint64_t bytes_max) {
  static std::mutex mutex;
  static std::map<StreamId, std::shared_ptr<const std::string>> all;
  // It is never closed: no other stream gets this one's number while the process lives.
  const int held = ::open(file.c_str(), O_PATH | O_CLOEXEC);
  struct stat found {};
  if (held < 0 || ::fstat(held, &found) != 0) return cannot_read(file, errno);
  const std::lock_guard lock(mutex);
  std::shared_ptr<const std::string>& kept = all[{found.st_dev, found.st_ino}];
  if (kept != nullptr) {
    ::close(held);
    return kept;
  }
  DARIS_TRY_ASSIGN(std::string text, read_bytes(file, bytes_max));
  kept = std::make_shared<const std::string>(std::move(text));
  return kept;
}

std::unique_ptr<std::istream> stream_of(std::shared_ptr<const std::string> text) {
  return std::make_unique<SharedTextStream>(std::move(text));
}

}  // namespace daris
