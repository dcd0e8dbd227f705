#include "analysis/logs/event_log_line.h"

#include <array>
#include <charconv>

#include "analysis/logs/event_log_fields.h"
#include "drive/names.h"

namespace daris {
namespace {

// Appends the fields of one object. No value needs escaping, since all are numbers or names of ours.
class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}

  void integer(std::string_view key, std::int64_t value) {
    begin(key);
    std::array<char, 24> text;
    const auto [end, unused] = std::to_chars(text.data(), text.data() + text.size(), value);
    out_.append(text.data(), end);
  }
  void word(std::string_view key, std::string_view value) {
    begin(key);
    ((out_ += '"') += value) += '"';
  }
  template <typename Content>
  void content(std::string_view kind, Content content) {
    word(kind, kLogWord<Content>);
    visit_fields(*this, content);
  }

  // For visit_fields().
  void context(std::string_view key, ContextId id) { integer(key, id.value()); }
  void slot(std::string_view key, SlotId id) { integer(key, id.value()); }
  void timer(std::string_view key, TimerId id) { integer(key, id.value()); }
  void task(std::string_view key, TaskId id) { integer(key, id.value()); }
  void stage(std::string_view key, StageIndex index) { integer(key, std::int64_t{index.value()} + 1); }
  void ordinal(std::string_view key, std::uint32_t value) { integer(key, value); }
  void batch(std::string_view key, std::uint32_t value) { integer(key, value); }
  void time(std::string_view key, Time time) { integer(key, time.ns()); }
  void duration(std::string_view key, Duration duration) { integer(key, duration.ns()); }
  void time_or_never(std::string_view key, Time time) {
    if (time != Time::never()) return integer(key, time.ns());
    begin(key);
    out_ += "null";
  }
  template <typename Reason>
  void reason(std::string_view key, Reason reason) {
    word(key, to_text(reason));
  }
  void jobs(std::string_view key, std::span<const JobId> jobs) {
    begin(key);
    out_ += '[';
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      out_ += i == 0 ? "{" : ",{";
      LineWriter object(out_);
      JobId job = jobs[i];
      visit_fields(object, job);
      out_ += '}';
    }
    out_ += ']';
  }

 private:
  void begin(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    ((out_ += '"') += key) += "\":";
  }
  std::string& out_;
  bool first_ = true;
};

LineWriter begin_line(std::string& out, std::uint64_t step, Time now) {
  out += '{';
  LineWriter line(out);
  line.integer("step", static_cast<std::int64_t>(step));
  line.time("now_ns", now);
  return line;
}

}  // namespace

void append_event(std::string& out, std::uint64_t step, Time now, const Event& event,
                  const StageMeasurement* measured) {
  LineWriter line = begin_line(out, step, now);
  std::visit([&](const auto& one) { line.content("event", one); }, event);
  if (measured != nullptr) {
    StageMeasurement written = *measured;
    visit_fields(line, written);
  }
  out += "}\n";
}

void append_decision(std::string& out, std::uint64_t step, Time now, const Decision& decision) {
  LineWriter line = begin_line(out, step, now);
  std::visit([&](const auto& one) { line.content("decision", one); }, decision);
  out += "}\n";
}

void append_end(std::string& out, Time end) {
  out += '{';
  LineWriter(out).time("end_ns", end);
  out += "}\n";
}

std::string describe(const Decision& decision) {
  std::string text = "{";
  LineWriter line(text);
  std::visit([&](const auto& one) { line.content("decision", one); }, decision);
  return text + "}";
}

}  // namespace daris
