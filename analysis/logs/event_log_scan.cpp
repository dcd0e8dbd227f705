// This file has scan_line() of event_log_line.h.
#include <cstring>
#include <type_traits>
#include <utility>

#include "analysis/logs/event_log_fields.h"
#include "analysis/logs/event_log_line.h"
#include "drive/names.h"

namespace daris {
namespace {

// Goes over the line once. The first thing that daris would write otherwise fails the whole line.
class LineScanner {
 public:
  LineScanner(std::string_view text, const LineLimits& limits, LogLine& line)
      : at_(text.data()), end_(text.data() + text.size()), limits_(limits), line_(line) {}

  [[nodiscard]] bool scan() {
    line_.jobs.clear();
    if (skip("{\"end_ns\":")) {
      const Time end = Time::from_ns(static_cast<std::int64_t>(number(kLogTimeNsMax)));
      line_.content = EndLine{end};
    } else {
      expect("{\"step\":");
      line_.step = number(kLogTimeNsMax);
      time("now_ns", line_.now);
      scan_content();
    }
    expect("}");
    return ok_ && at_ == end_;
  }

  // For visit_fields().
  void context(std::string_view key, ContextId& id) { id = ContextId(below(key, limits_.contexts)); }
  void slot(std::string_view key, SlotId& id) { id = SlotId(below(key, limits_.slots)); }
  void timer(std::string_view key, TimerId& id) { id = TimerId(below(key, kIdEnd)); }
  void task(std::string_view key, TaskId& id) { id = TaskId(below(key, limits_.tasks)); }
  void ordinal(std::string_view key, std::uint32_t& value) { value = below(key, kIdEnd); }
  // How many stages there are depends on the jobs, which come later: scan_fields() checks it.
  void stage(std::string_view key, StageIndex& index) { index = StageIndex(from_one(key) - 1); }
  void batch(std::string_view key, std::uint32_t& value) { value = from_one(key); }
  void time(std::string_view key, Time& time) {
    begin(key);
    time = Time::from_ns(static_cast<std::int64_t>(number(kLogTimeNsMax)));
  }
  void duration(std::string_view key, Duration& duration) {
    begin(key);
    duration = Duration::from_ns(static_cast<std::int64_t>(number(kLogDurationNsMax)));
  }
  void time_or_never(std::string_view key, Time& time) {
    begin(key);
    time = skip("null") ? Time::never() : Time::from_ns(static_cast<std::int64_t>(number(kLogTimeNsMax)));
  }
  template <typename Reason>
  void reason(std::string_view key, Reason& reason) {
    begin(key);
    expect("\"");
    const auto* const quote =
        static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    if (quote == nullptr) return fail();
    const std::optional<Reason> found = find_reason<Reason>({at_, quote});
    if (!found) return fail();
    reason = *found;
    at_ = quote + 1;
  }
  void jobs(std::string_view key, std::span<const JobId>& jobs) {
    begin(key);
    expect("[");
    do {
      expect("{");
      first_ = true;
      visit_fields(*this, line_.jobs.emplace_back());
      expect("}");
    } while (ok_ && skip(","));
    expect("]");
    if (line_.jobs.size() > kLogJobsMax) fail();
    jobs = line_.jobs;
  }

 private:
  static constexpr std::uint64_t kIdEnd = std::uint64_t{UINT32_MAX} + 1;

  void scan_content() {
    if (skip(",\"event\":\"")) {
      scan_one_of<Event, StageFinished, JobReleased, TimerFired, LaunchFailed, ContextLost>();
    } else if (skip(",\"decision\":\"")) {
      scan_one_of<Decision, LaunchStage, AdmitJob, RejectJob, MigrateTask, SetTimer, DropJob>();
    } else {
      fail();
    }
  }

  // Tries one word after the other; the most frequent ones come first.
  template <typename Kind, typename Content, typename... More>
  void scan_one_of() {
    const char* const begin = at_;
    if (skip(kLogWord<Content>) && skip("\"")) return scan_fields<Kind>(Content());
    at_ = begin;
    if constexpr (sizeof...(More) > 0) {
      scan_one_of<Kind, More...>();
    } else {
      fail();
    }
  }

  template <typename Kind, typename Content>
  void scan_fields(Content content) {
    visit_fields(*this, content);
    if constexpr (std::is_same_v<Content, StageFinished>) {
      line_.measured = {};
      if (at_ != end_ && *at_ == ',') visit_fields(*this, line_.measured);
      line_.measured.execution = content.execution;
    }
    if constexpr (std::is_same_v<Content, LaunchStage>) {
      if (!ok_ || content.stage.value() >= limits_.stages[line_.jobs.front().task.at()]) return fail();
    }
    line_.content = Kind(content);
  }

  [[nodiscard]] bool skip(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() || std::memcmp(at_, text.data(), text.size()) != 0)
      return false;
    at_ += text.size();
    return true;
  }
  void expect(std::string_view text) {
    if (!skip(text)) fail();
  }
  void begin(std::string_view key) {
    if (!std::exchange(first_, false)) expect(",");
    expect("\"");
    expect(key);
    expect("\":");
  }
  [[nodiscard]] std::uint32_t below(std::string_view key, std::uint64_t end) {
    begin(key);
    if (end == 0) fail();
    return static_cast<std::uint32_t>(number(end - 1));
  }
  [[nodiscard]] std::uint32_t from_one(std::string_view key) {
    begin(key);
    const std::uint64_t value = number(UINT32_MAX);
    if (value == 0) fail();
    return static_cast<std::uint32_t>(value);
  }

  // Reads digits without a sign or leading zeros. Returns 0 if there are none, and fails the line.
  [[nodiscard]] std::uint64_t number(std::uint64_t max) {
    constexpr std::ptrdiff_t kDigitsMax = 19;  // all such numbers fit
    const char* const begin = at_;
    const char* const last = end_ - at_ > kDigitsMax ? at_ + kDigitsMax : end_;
    std::uint64_t value = 0;
    for (; at_ != last && *at_ >= '0' && *at_ <= '9'; ++at_)
      value = 10 * value + static_cast<std::uint64_t>(*at_ - '0');
    if (at_ == begin || (*begin == '0' && at_ - begin > 1) || value > max) {
      fail();
      return 0;
    }
    return value;
  }
  void fail() { ok_ = false; }

  const char* at_;
  const char* end_;
  const LineLimits& limits_;
  LogLine& line_;
  bool first_ = false;  // the next field is the first of its object
  bool ok_ = true;
};

}  // namespace

bool scan_line(std::string_view text, const LineLimits& limits, LogLine& line) {
  return LineScanner(text, limits, line).scan();
}

}  // namespace daris
