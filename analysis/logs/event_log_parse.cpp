// This file has parse_line() of event_log_line.h.
#include <type_traits>
#include <utility>

#include "analysis/logs/event_log_fields.h"
#include "analysis/logs/event_log_line.h"
#include "base/json/reader.h"
#include "drive/names.h"

namespace daris {
namespace {

constexpr IntegerRange kAnyTime{0, kLogTimeNsMax};
constexpr IntegerRange kAnyDuration{0, kLogDurationNsMax};
constexpr IntegerRange kAnyId{0, UINT32_MAX};

// The keys that a line or an object in it has.
class KeyList {
 public:
  explicit KeyList(std::vector<std::string_view> keys) : keys_(std::move(keys)) {}
  [[nodiscard]] const std::vector<std::string_view>& keys() const { return keys_; }

  template <typename Content>
  void add() {
    Content content;
    visit_fields(*this, content);
    if constexpr (std::is_same_v<Content, StageFinished>) add<StageMeasurement>();
  }

  // For visit_fields().
  void context(std::string_view key, ContextId) { keys_.push_back(key); }
  void slot(std::string_view key, SlotId) { keys_.push_back(key); }
  void timer(std::string_view key, TimerId) { keys_.push_back(key); }
  void task(std::string_view key, TaskId) { keys_.push_back(key); }
  void ordinal(std::string_view key, std::uint32_t) { keys_.push_back(key); }
  void stage(std::string_view key, StageIndex) { keys_.push_back(key); }
  void batch(std::string_view key, std::uint32_t) { keys_.push_back(key); }
  void time(std::string_view key, Time) { keys_.push_back(key); }
  void duration(std::string_view key, Duration) { keys_.push_back(key); }
  void time_or_never(std::string_view key, Time) { keys_.push_back(key); }
  template <typename Reason>
  void reason(std::string_view key, Reason) {
    keys_.push_back(key);
  }
  void jobs(std::string_view key, std::span<const JobId>) { keys_.push_back(key); }

 private:
  std::vector<std::string_view> keys_;
};

template <typename... Contents>
void add_all(KeyList& list, std::type_identity<std::variant<Contents...>>) {
  (list.add<Contents>(), ...);
}

// All keys that some line has. They are enough to find out which kind of line it is.
const std::vector<std::string_view>& all_keys() {
  static const std::vector<std::string_view> keys = [] {
    KeyList list({"step", "now_ns", "event", "decision", "end_ns"});
    add_all(list, std::type_identity<Event>());
    add_all(list, std::type_identity<Decision>());
    return list.keys();
  }();
  return keys;
}

// The keys of `head`, then those of `Content`.
template <typename Content>
std::vector<std::string_view> keys_of(std::vector<std::string_view> head) {
  KeyList list(std::move(head));
  list.add<Content>();
  return list.keys();
}

// Takes the fields out of an object. An error stands in the document's status.
class FieldReader {
 public:
  // The jobs of a launch go to `jobs`. All three must outlive this object.
  FieldReader(const JsonObject& object, const LineLimits& limits, std::vector<JobId>& jobs)
      : object_(object), limits_(limits), jobs_(jobs) {}

  // From now on a time or a duration that is absent is 0.
  void times_are_optional() { optional_ = true; }

  // For visit_fields().
  void context(std::string_view key, ContextId& id) { id = ContextId(below(key, limits_.contexts)); }
  void slot(std::string_view key, SlotId& id) { id = SlotId(below(key, limits_.slots)); }
  void timer(std::string_view key, TimerId& id) {
    id = TimerId(static_cast<std::uint32_t>(integer(key, kAnyId)));
  }
  void task(std::string_view key, TaskId& id) { id = TaskId(below(key, limits_.tasks)); }
  void ordinal(std::string_view key, std::uint32_t& value) {
    value = static_cast<std::uint32_t>(integer(key, kAnyId));
  }
  // How many stages there are depends on the jobs, which come later. So jobs() reads the stage.
  void stage(std::string_view key, StageIndex& index) {
    stage_key_ = key;
    stage_ = &index;
  }
  void batch(std::string_view key, std::uint32_t& value) { value = from_one(key, UINT32_MAX); }
  void time(std::string_view key, Time& time) { time = Time::from_ns(integer(key, kAnyTime)); }
  void duration(std::string_view key, Duration& duration) {
    duration = Duration::from_ns(integer(key, kAnyDuration));
  }
  void time_or_never(std::string_view key, Time& time) {
    time = object_.has(key) ? Time::from_ns(integer(key, kAnyTime)) : Time::never();
  }
  template <typename Reason>
  void reason(std::string_view key, Reason& reason) {
    const std::optional<Reason> found = find_reason<Reason>(object_.text(key));
    if (!found) object_.fail(key, "there is no such reason");
    reason = found.value_or(Reason{});
  }
  void jobs(std::string_view key, std::span<const JobId>& jobs) {
    static const std::vector<std::string_view> keys = keys_of<JobId>({});
    for (const JsonObject& object : object_.objects(key, {1, kLogJobsMax}, keys)) {
      FieldReader reader(object, limits_, jobs_);
      visit_fields(reader, jobs_.emplace_back());
    }
    jobs = jobs_;
    const bool known = !jobs_.empty() && !limits_.stages.empty();  // else an error is there already
    *stage_ = StageIndex(from_one(stage_key_, known ? limits_.stages[jobs_.front().task.at()] : 1) - 1);
  }

 private:
  [[nodiscard]] std::int64_t integer(std::string_view key, const IntegerRange& range) const {
    return optional_ ? object_.integer_or(key, range, 0) : object_.integer(key, range);
  }
  // Returns 0 if the value is not in range.
  [[nodiscard]] std::uint32_t below(std::string_view key, std::uint32_t end) const {
    const std::int64_t value = object_.integer(key, {0, std::int64_t{end} - 1});
    return value < std::int64_t{end} ? static_cast<std::uint32_t>(value) : 0;
  }
  [[nodiscard]] std::uint32_t from_one(std::string_view key, std::uint32_t last) const {
    return static_cast<std::uint32_t>(object_.integer(key, {1, last}));
  }

  const JsonObject& object_;
  const LineLimits& limits_;
  std::vector<JobId>& jobs_;
  bool optional_ = false;
  std::string_view stage_key_;
  StageIndex* stage_ = nullptr;
};

// Finds out which kind of line it is, and then checks the line's own keys.
class LineParser {
 public:
  LineParser(JsonDocument& document, const LineLimits& limits)
      : document_(document), limits_(limits), object_(document.root_without_head(all_keys())) {}

  // An error stands in the document's status afterwards.
  [[nodiscard]] LogLine parse() {
    if (object_.find("end_ns") != nullptr) {
      object_ = document_.root_without_head({"end_ns"});
      line_.content = EndLine{time("end_ns")};
      return std::move(line_);
    }
    if (object_.find("decision") != nullptr) {
      parse_one_of(std::type_identity<Decision>(), "decision");
    } else {
      parse_one_of(std::type_identity<Event>(), "event");
    }
    line_.step = static_cast<std::uint64_t>(object_.integer("step", kAnyTime));
    line_.now = time("now_ns");
    return std::move(line_);
  }

 private:
  template <typename... Contents>
  void parse_one_of(std::type_identity<std::variant<Contents...>>, std::string_view kind) {
    using Parse = void (LineParser::*)(std::string_view);
    static constexpr NameTable<Parse, sizeof...(Contents)> kParse = {
        {{kLogWord<Contents>, &LineParser::parse_content<std::variant<Contents...>, Contents>}...}};
    (this->*object_.choice(kind, kParse))(kind);
  }

  template <typename Kind, typename Content>
  void parse_content(std::string_view kind) {
    static const std::vector<std::string_view> keys = keys_of<Content>({"step", "now_ns", kind});
    object_ = document_.root_without_head(keys);
    FieldReader reader(object_, limits_, line_.jobs);
    Content content;
    visit_fields(reader, content);
    if constexpr (std::is_same_v<Content, StageFinished>) {
      reader.times_are_optional();
      visit_fields(reader, line_.measured);
      line_.measured.execution = content.execution;
    }
    line_.content = Kind(content);
  }

  [[nodiscard]] Time time(std::string_view key) const {
    return Time::from_ns(object_.integer(key, kAnyTime));
  }

  JsonDocument& document_;
  const LineLimits& limits_;
  JsonObject object_;
  LogLine line_;
};

}  // namespace

LineLimits limits_of(const PolicySetup& setup) {
  LineLimits limits{
      setup.contexts, setup.contexts * setup.streams, static_cast<std::uint32_t>(setup.tasks.size()), {}};
  for (const TaskSetup& task : setup.tasks)
    limits.stages.push_back(static_cast<std::uint32_t>(task.stage_estimates.size()));
  return limits;
}

Result<LogLine> parse_line(std::string_view line, const std::string& origin, const LineLimits& limits) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(line, origin, JsonOrigin::kLine));
  LogLine parsed = LineParser(document, limits).parse();
  DARIS_TRY(document.status());
  return parsed;
}

}  // namespace daris
