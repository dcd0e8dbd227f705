#include "workloads/arrivals/trace_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/host/files.h"
#include "base/number_text.h"
#include "base/parse_value.h"
#include "base/time.h"

namespace daris {
namespace {

constexpr std::size_t kTimesMax = 10'000'000;
constexpr std::size_t kShownBytesMax = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets write one before UTF-8

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Tells whether the line names a column: it begins with a letter or "_", perhaps in quotes. A number that is
// written wrongly does not.
bool is_heading(std::string_view text) {
  if (text.front() == '"' || text.front() == '\'') text.remove_prefix(1);
  if (text.empty() || (!is_letter(text.front()) && text.front() != '_')) return false;
  const std::string lower = lower_case(text);
  return lower != "nan" && lower != "inf" && lower != "infinity";
}

// A word ends before what is no letter, and before a capital behind a small letter: "timestampMs".
std::vector<std::string> words_of(std::string_view heading) {
  std::vector<std::string> words(1);
  bool small = false;
  for (const char c : heading) {
    const bool capital = c >= 'A' && c <= 'Z';
    if ((!is_letter(c) || (capital && small)) && !words.back().empty()) words.emplace_back();
    if (is_letter(c)) words.back() += c;
    small = c >= 'a' && c <= 'z';
  }
  for (std::string& word : words) word = lower_case(word);
  return words;
}

// The first word of the heading that is one of `known`; empty if none is.
std::string first_of(std::span<const std::string_view> known, std::string_view heading) {
  for (const std::string& word : words_of(heading)) {
    if (std::find(known.begin(), known.end(), word) != known.end()) return word;
  }
  return "";
}

// The unit that a heading names beside seconds: "ms" of "arrival_ms". Empty if it names none.
std::string other_unit_in(std::string_view heading) {
  constexpr std::array<std::string_view, 28> kOtherUnits{
      "ms",      "msec",  "msecs",      "millis",      "millisecond",  "milliseconds", "us",
      "usec",    "usecs", "micros",     "microsecond", "microseconds", "ns",           "nsec",
      "nsecs",   "nanos", "nanosecond", "nanoseconds", "min",          "mins",         "minute",
      "minutes", "h",     "hour",       "hours",       "hrs",          "day",          "days"};
  return first_of(kOtherUnits, heading);
}

// What a heading names if the column has times between releases: "gap" of "gap_s". Empty if it does not.
std::string gap_in(std::string_view heading) {
  constexpr std::array<std::string_view, 7> kGaps{"gap",           "gaps",  "delta", "interarrival",
                                                  "interarrivals", "inter", "iat"};
  return first_of(kGaps, heading);
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
    if (!seconds && may_be_heading && is_heading(text)) return check_heading(text);
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
  [[nodiscard]] Status check_heading(std::string_view text) const {
    const std::string unit = other_unit_in(text);
    const std::string gap = gap_in(text);
    if (!gap.empty())
      return error(
          fmt::format("the heading \"{}\" names {}; times since the start are needed, and not between "
                      "releases",
                      text.substr(0, kShownBytesMax), gap));
    if (unit.empty()) return {};
    return error(fmt::format("the heading \"{}\" names {}; times in seconds are needed",
                             text.substr(0, kShownBytesMax), unit));
  }

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
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
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
