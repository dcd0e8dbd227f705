// The lines of a stream, one after the other, in memory that does not grow with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace daris {

// Reads large blocks and copies no line. Threads: one caller at a time.
class LineSource {
 public:
  explicit LineSource(std::unique_ptr<std::istream> stream);

  // The next line that has more than blanks, without its line feed. It lives until the next call. Returns
  // nullopt at the end of the stream, or if reading failed; bad() tells which.
  [[nodiscard]] std::optional<std::string_view> next();

  // Both are about the line given last.
  [[nodiscard]] std::uint64_t number() const { return number_; }  // in the stream, from 1; blank ones count
  [[nodiscard]] bool cut_off() const { return cut_off_; }         // the stream ended before a line feed

  // Returns how many bytes were given so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] bool bad() const { return stream_->bad(); }

 private:
  [[nodiscard]] std::optional<std::string_view> any_line();
  [[nodiscard]] bool read_more();

  std::unique_ptr<std::istream> stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // [begin_, end_) of the buffer is read and not given yet
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t bytes_ = 0;
  bool cut_off_ = false;
};

}  // namespace daris
