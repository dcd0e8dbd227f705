#include "analysis/logs/line_source.h"

#include <cstring>
#include <utility>

namespace daris {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;  // stays in the cache of a core

}  // namespace

LineSource::LineSource(std::unique_ptr<std::istream> stream)
    : stream_(std::move(stream)), buffer_(kBlockBytes) {}

std::optional<std::string_view> LineSource::next() {
  std::optional<std::string_view> line = any_line();
  while (line && line->find_first_not_of(" \t\r") == std::string_view::npos) line = any_line();
  return line;
}

std::optional<std::string_view> LineSource::any_line() {
  std::size_t searched = 0;
  for (;;) {
    const char* const begin = buffer_.data() + begin_;
    const std::size_t there = end_ - begin_;
    const auto* const feed = static_cast<const char*>(std::memchr(begin + searched, '\n', there - searched));
    searched = there;
    if (feed == nullptr && read_more()) continue;
    // If reading failed in the middle of a line, nobody knows how the line goes on.
    if (feed == nullptr && (there == 0 || bad())) return std::nullopt;
    cut_off_ = feed == nullptr;
    const std::size_t length = cut_off_ ? there : static_cast<std::size_t>(feed - begin);
    const std::size_t taken = cut_off_ ? there : length + 1;
    const std::string_view line(buffer_.data() + begin_, length);
    begin_ += taken;
    bytes_ += taken;
    ++number_;
    return line;
  }
}

// Returns false at the end of the stream. Moves what is read and not given yet to the front of the buffer.
bool LineSource::read_more() {
  if (!stream_->good()) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  stream_->read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
  const auto count = static_cast<std::size_t>(stream_->gcount());
  end_ += count;
  return count > 0;
}

}  // namespace daris
