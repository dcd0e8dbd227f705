#include "experiment/sweep/point_pack.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/host/files.h"
#include "base/host/new_file.h"
#include "base/host/output_place.h"
#include "base/sha256.h"
#include "experiment/sweep/id_set.h"

namespace daris {
namespace {

constexpr std::uint64_t kPackBytesMax = std::uint64_t{1} << 28;
constexpr double kSyncSeconds = 1;
constexpr std::uint32_t kReportBytesMax = std::uint32_t{1} << 30;

// All lines have one length, so that they can be read without looking for their end.
std::string line_of(std::uint64_t id, std::size_t bytes, const std::string& sha256) {
  return fmt::format("{{\"pack\": 1, \"point\": \"{}\", \"bytes\": {:10}, \"sha256\": \"{}\"}}\n",
                     id_text(id), bytes, sha256);
}

const std::size_t kLineBytes = line_of(0, 0, sha256_hex("")).size();

struct Line {
  std::uint64_t id = 0;
  std::uint32_t bytes = 0;
  std::string sha256;
};

std::optional<Line> parse_line(const std::string& text) {
  constexpr std::size_t kIdAt = 22;
  constexpr std::size_t kBytesAt = 50;
  const std::size_t hash_at = kLineBytes - 67;
  Line line;
  const std::optional<std::uint64_t> id = id_number(std::string_view(text).substr(kIdAt, 16));
  line.bytes = static_cast<std::uint32_t>(std::strtoul(text.c_str() + kBytesAt, nullptr, 10));
  line.sha256 = text.substr(hash_at, 64);
  if (!id || line.bytes > kReportBytesMax) return std::nullopt;
  line.id = *id;
  return line_of(line.id, line.bytes, line.sha256) == text ? std::optional(line) : std::nullopt;
}

// A file to read from any place.
class PackFile {
 public:
  explicit PackFile(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~PackFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  PackFile(const PackFile&) = delete;
  PackFile& operator=(const PackFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  // Fills `text` with what lies behind `offset`; less than `bytes` at the end of the file. Returns 0 or an
  // errno.
  [[nodiscard]] int read(std::uint64_t offset, std::size_t bytes, std::string& text) const {
    text.resize(bytes);
    std::size_t done = 0;
    while (done < bytes) {
      const ssize_t count =
          ::pread(descriptor_, text.data() + done, bytes - done, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    text.resize(done);
    return 0;
  }

 private:
  int descriptor_;
};

Error cannot_read(const std::filesystem::path& file, int error) {
  return environment_error(file.string() + ": can't be read: " + std::strerror(error));
}

}  // namespace

PackWriter::~PackWriter() { static_cast<void>(finish().ok()); }

Status PackWriter::open_next() {
  const std::filesystem::path first = folder_ / (name_ + ".pack");
  DARIS_TRY(make_folders_to(first));
  do {
    ++opened_;
    file_ = opened_ == 1 ? first : folder_ / fmt::format("{}-{}.pack", name_, opened_);
    descriptor_ = ::open(file_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) return cannot_write(file_, errno);
  bytes_ = 0;
  since_sync_ = StopWatch();
  return {};
}

Status PackWriter::sync() {
  since_sync_ = StopWatch();
  return ::fsync(descriptor_) == 0 ? Status() : Status(cannot_write(file_, errno));
}

Status PackWriter::add(std::uint64_t id, std::string_view report) {
  const std::string line = line_of(id, report.size(), sha256_hex(report));
  const std::lock_guard lock(mutex_);
  if (descriptor_ < 0) DARIS_TRY(open_next());
  int error = write_all(descriptor_, line);
  if (error == 0) error = write_all(descriptor_, report);
  if (error != 0) {
    // What was written of the point would end the pack for its readers.
    const auto whole = static_cast<off_t>(bytes_);
    if (::ftruncate(descriptor_, whole) != 0 || ::lseek(descriptor_, whole, SEEK_SET) < 0) {
      ::close(descriptor_);
      descriptor_ = -1;
    }
    return cannot_write(file_, error);
  }
  bytes_ += line.size() + report.size();
  if (since_sync_.seconds() > kSyncSeconds) DARIS_TRY(sync());
  if (bytes_ < kPackBytesMax) return {};
  Status synced = sync();
  ::close(descriptor_);
  descriptor_ = -1;
  return synced;
}

Status PackWriter::finish() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ < 0) return {};
  Status status = sync();
  if (::close(descriptor_) != 0 && status.ok()) status = cannot_write(file_, errno);
  descriptor_ = -1;
  return status;
}

Status read_pack(const std::filesystem::path& file, const TakePacked& take) {
  const PackFile pack(file);
  if (!pack.is_open()) return cannot_read(file, errno);
  std::string text;
  for (std::uint64_t offset = 0;;) {
    if (const int error = pack.read(offset, kLineBytes, text); error != 0) return cannot_read(file, error);
    const std::optional<Line> line = text.size() == kLineBytes ? parse_line(text) : std::nullopt;
    if (!line) return {};
    const PackedPoint point{line->id, offset + kLineBytes, line->bytes};
    if (const int error = pack.read(point.offset, point.bytes, text); error != 0)
      return cannot_read(file, error);
    if (text.size() < point.bytes) return {};
    if (sha256_hex(text) == line->sha256 && !take(point, text)) return {};
    offset = point.offset + point.bytes;
  }
}

Result<std::string> read_packed_begin(const std::filesystem::path& file, const PackedPoint& point,
                                      std::size_t bytes) {
  const PackFile pack(file);
  if (!pack.is_open()) return cannot_read(file, errno);
  std::string text;
  const int error = pack.read(point.offset, std::min<std::size_t>(bytes, point.bytes), text);
  return error == 0 ? Result<std::string>(std::move(text)) : cannot_read(file, error);
}

Result<std::string> read_packed(const std::filesystem::path& file, const PackedPoint& point) {
  const PackFile pack(file);
  if (!pack.is_open()) return cannot_read(file, errno);
  std::string text;
  std::string line;
  if (const int error = pack.read(point.offset, point.bytes, text); error != 0)
    return cannot_read(file, error);
  if (const int error = pack.read(point.offset - kLineBytes, kLineBytes, line); error != 0)
    return cannot_read(file, error);
  if (line == line_of(point.id, point.bytes, sha256_hex(text))) return text;
  return Error{fmt::format("{}: point {} was changed while it was read", file.string(), id_text(point.id))};
}

}  // namespace daris
