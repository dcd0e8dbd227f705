#include "analysis/logs/event_log_reader.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/logs/event_log_header.h"
#include "analysis/logs/event_log_line.h"
#include "analysis/logs/line_source.h"
#include "base/host/kept_stream.h"
#include "base/host/output_claim.h"
#include "base/host/read_error.h"
#include "base/text_kind.h"

namespace daris {

Result<bool> is_event_log(const std::filesystem::path& file) {
  constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;
  std::unique_ptr<std::istream> stream = std::make_unique<std::ifstream>(file);
  if (is_stream(file)) {
    DARIS_TRY_ASSIGN(std::shared_ptr<const std::string> text, kept_stream(file, kBytesMax));
    stream = stream_of(std::move(text));
  }
  std::string line;
  std::getline(*stream, line);
  return line.find("daris.event-log") != std::string::npos;
}

class EventLogReader::State {
 public:
  State(std::unique_ptr<std::istream> stream, std::string origin)
      : lines_(std::move(stream)), origin_(std::move(origin)) {}

  [[nodiscard]] Status read_header() {
    const std::optional<std::string_view> text = lines_.next();
    if (!text) return Error{origin_ + ": is empty; an event log begins with a header line"};
    if (const std::optional<std::string> why = why_no_text(*text)) return Error{origin_ + ": " + *why};
    DARIS_TRY_ASSIGN(header_, parse_header(*text, place()));
    limits_ = limits_of(header_.setup);
    return advance();
  }

  [[nodiscard]] Result<bool> next(LoggedStep& step) {
    step.events.clear();
    step.decisions.clear();
    step.stages.clear();
    step.launched_jobs.clear();
    if (!pending_) return false;
    step.number = line_.step;
    step.first_line = lines_.number();
    step.now = line_.now;
    if (!first_step_ && (step.now < before_ || step.number <= number_)) return out_of_order();
    first_step_ = false;
    before_ = step.now;
    number_ = step.number;
    while (pending_ && line_.step == step.number) {
      DARIS_TRY(take(step));
    }
    point_to_jobs(step);
    step.complete = pending_ || end_.has_value();
    return true;
  }

  [[nodiscard]] const EventLogHeader& header() const { return header_; }
  [[nodiscard]] std::optional<Time> end() const { return end_; }
  [[nodiscard]] std::uint64_t bytes() const { return lines_.bytes(); }

 private:
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", origin_, lines_.number()); }
  [[nodiscard]] Error wrong(const std::string& problem) const { return Error{place() + ": " + problem}; }
  [[nodiscard]] Error out_of_order() const {
    return wrong(
        fmt::format("step {} at {} ns follows step {} at {} ns; steps are numbered upwards and their times "
                    "never decrease",
                    line_.step, line_.now.ns(), number_, before_.ns()));
  }

  // Reads one line ahead. A line that the end of the file cuts off is no error: the run was killed.
  [[nodiscard]] Status advance() {
    pending_ = false;
    const std::optional<std::string_view> text = lines_.next();
    if (!text) return lines_.bad() ? wrong("can't be read on") : Status();
    if (!scan_line(*text, limits_, line_)) {
      Result<LogLine> line = parse_line(*text, place(), limits_);
      if (!line.ok()) return lines_.cut_off() ? Status() : Status(line.error());
      line_ = std::move(line).value();
    }
    if (const auto* end = std::get_if<EndLine>(&line_.content)) return take_end(*end);
    pending_ = true;
    return {};
  }

  [[nodiscard]] Status take_end(const EndLine& end) {
    end_ = end.end;
    if (lines_.next()) return wrong("stands behind the end line; a log has one, and it is the last");
    return lines_.bad() ? wrong("can't be read on") : Status();
  }

  // Moves the line that was read ahead into `step`, and reads the next one.
  [[nodiscard]] Status take(LoggedStep& step) {
    if (line_.now != step.now) return wrong("now_ns differs from that of the step's first line");
    if (const auto* event = std::get_if<Event>(&line_.content)) {
      if (!step.decisions.empty()) return wrong("an event stands behind a decision of its step");
      if (!step.events.empty() && event->index() < step.events.back().index()) {
        return wrong(
            "events of a step stand in the order context_lost, launch_failed, stage_finished, job_released, "
            "timer_fired");
      }
      if (std::holds_alternative<StageFinished>(*event)) step.stages.push_back(line_.measured);
      step.events.push_back(*event);
    } else {
      step.launched_jobs.insert(step.launched_jobs.end(), line_.jobs.begin(), line_.jobs.end());
      step.decisions.push_back(std::get<Decision>(line_.content));
    }
    return advance();
  }

  // Is called once all jobs of the step are there and move no more.
  static void point_to_jobs(LoggedStep& step) {
    const JobId* jobs = step.launched_jobs.data();
    for (Decision& decision : step.decisions) {
      auto* const launch = std::get_if<LaunchStage>(&decision);
      if (launch == nullptr) continue;
      launch->jobs = {jobs, launch->jobs.size()};
      jobs += launch->jobs.size();
    }
  }

  LineSource lines_;
  std::string origin_;
  EventLogHeader header_;
  LineLimits limits_;
  LogLine line_;          // the one that was read ahead
  bool pending_ = false;  // there is one
  std::optional<Time> end_;
  bool first_step_ = true;
  Time before_;
  std::uint64_t number_ = 0;
};

EventLogReader::EventLogReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventLogReader::~EventLogReader() = default;
EventLogReader::EventLogReader(EventLogReader&&) noexcept = default;
EventLogReader& EventLogReader::operator=(EventLogReader&&) noexcept = default;

Result<EventLogReader> EventLogReader::open(const std::filesystem::path& file) {
  if (!is_stream(file)) return open_once(file);
  constexpr std::uint64_t kAnyLength = std::numeric_limits<std::uint64_t>::max() / 2;
  DARIS_TRY_ASSIGN(std::shared_ptr<const std::string> text, kept_stream(file, kAnyLength));
  return from_stream(stream_of(std::move(text)), file.string());
}

Result<EventLogReader> EventLogReader::open_once(const std::filesystem::path& file) {
  DARIS_TRY(check_input(file));
  std::error_code unused;
  if (std::filesystem::is_directory(file, unused))
    return Error{file.string() + ": is a folder; an event log is needed"};
  auto stream = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!stream->is_open()) return cannot_read(file, errno);
  return from_stream(std::move(stream), file.string());
}

Result<EventLogReader> EventLogReader::from_stream(std::unique_ptr<std::istream> stream,
                                                   const std::string& origin) {
  auto state = std::make_unique<State>(std::move(stream), origin);
  DARIS_TRY(state->read_header());
  return EventLogReader(std::move(state));
}

const EventLogHeader& EventLogReader::header() const { return state_->header(); }
Result<bool> EventLogReader::next(LoggedStep& step) { return state_->next(step); }
bool EventLogReader::truncated() const { return !state_->end().has_value(); }
std::optional<Time> EventLogReader::end() const { return state_->end(); }
std::uint64_t EventLogReader::bytes() const { return state_->bytes(); }

Result<LoggedReleases> read_releases(const std::filesystem::path& log, std::size_t tasks) {
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open(log));
  const std::size_t logged_tasks = reader.header().setup.tasks.size();
  if (logged_tasks != tasks) {
    return Error{
        fmt::format("{}: has releases of {} tasks; the task set has {}, and the numbers must be the same",
                    log.string(), logged_tasks, tasks)};
  }
  LoggedReleases logged;
  std::vector<std::uint32_t> next(tasks, 0);  // ordinal, by task
  LoggedStep step;
  Result<bool> more = reader.next(step);
  for (; more.ok() && more.value(); more = reader.next(step)) {
    logged.end = step.now;
    for (const Event& event : step.events) {
      const auto* const released = std::get_if<JobReleased>(&event);
      if (released == nullptr) continue;
      const JobId job = released->job;
      if (job.ordinal != next[job.task.at()]++) {
        return Error{fmt::format("{}: step {} releases job {} of task {} where job {} is next", log.string(),
                                 step.number, job.ordinal, job.task.value(), next[job.task.at()] - 1)};
      }
      logged.releases.push_back({released->nominal_release, job});
    }
  }
  if (!more.ok()) return more.error();
  std::sort(logged.releases.begin(), logged.releases.end(), [](const Release& a, const Release& b) {
    return a.nominal != b.nominal ? a.nominal < b.nominal : a.job < b.job;
  });
  logged.cut_off = reader.truncated();
  logged.end = reader.end().value_or(logged.end);
  return logged;
}

}  // namespace daris
