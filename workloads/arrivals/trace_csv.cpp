#include "workloads/arrivals/trace_csv.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "base/host/files.h"
#include "base/number_text.h"
#include "base/parse_value.h"
#include "base/time.h"

namespace daris {
namespace {

constexpr std::size_t kTimesMax = 10'000'000;
constexpr std::size_t kShownBytesMax = 40;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

class TraceParser {
 public:
  explicit TraceParser(std::string origin) : origin_(std::move(origin)) {}

  Status take_line(std::string_view raw) {
    ++line_;
    const std::string_view text = trimmed(raw);
    if (text.empty() || text.front() == '#') return {};
    const bool may_be_heading = !seen_text_;
    seen_text_ = true;
    if (text.find(',') != std::string_view::npos)
      return error(fmt::format("\"{}\" has several columns; one is needed", text.substr(0, kShownBytesMax)));
    const std::optional<double> seconds = parse_number(text);
    if (!seconds && may_be_heading) return {};
    if (!seconds || *seconds < 0 || *seconds > kSecondsMax)
      return error(fmt::format("\"{}\" is wrong; a time in seconds from 0 to {} is needed",
                               text.substr(0, kShownBytesMax), number_text(kSecondsMax)));
    const Time time = Time::from_ns(static_cast<std::int64_t>(std::floor(*seconds * kNsPerSecond + 0.5)));
    if (!times_.empty() && time < times_.back())
      return error(number_text(*seconds) + " is earlier than the time before it; ascending times are needed");
    if (times_.size() == kTimesMax)
      return error(fmt::format("is one time too many; at most {} are read", kTimesMax));
    times_.push_back(time);
    return {};
  }

  Result<std::vector<Time>> finish() {
    if (times_.empty()) return Error{origin_ + ": has no release time; at least one is needed"};
    return std::move(times_);
  }

 private:
  [[nodiscard]] Error error(const std::string& problem) const {
    return Error{fmt::format("{}:{}: {}", origin_, line_, problem)};
  }

  std::string origin_;
  std::size_t line_ = 0;
  bool seen_text_ = false;
  std::vector<Time> times_;
};

}  // namespace

Result<std::vector<Time>> parse_trace(std::string_view text, const std::string& origin) {
  TraceParser parser(origin);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    DARIS_TRY(parser.take_line(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parser.finish();
}

Result<std::vector<Time>> read_trace(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_trace(text, file.string());
}

}  // namespace daris
