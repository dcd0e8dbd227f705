// Reads event logs, one step at a time, in memory that does not grow with the log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/logs/event_log_header.h"
#include "drive/observer.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "workloads/workload.h"

namespace daris {

// Tells whether the first line of the file is that of an event log. All other documents are one value over
// many lines. A pipe may be read again. Errors: a pipe can't be read.
[[nodiscard]] Result<bool> is_event_log(const std::filesystem::path& file);

// One step of a log. `decisions` point into `launched_jobs`; both live until the next step is read into it.
struct LoggedStep {
  std::uint64_t number = 0;
  std::uint64_t first_line = 0;  // of the file, from 1
  bool complete = true;          // false: the log was cut off behind it, and lines of it may be missing
  Time now;
  std::vector<Event> events;
  std::vector<Decision> decisions;
  std::vector<StageMeasurement> stages;  // as Step::stages; a field that the log lacks is 0
  std::vector<JobId> launched_jobs;
};

// Checks all values that it gives: ids are in range, times never decrease, and events stand in the order of
// policy/event.h. A last line that is cut off (the run was killed) ends the log, and truncated() tells of it.
class EventLogReader {
 public:
  // A pipe may be opened again, and all that it gives is kept in memory (base/host/kept_stream.h).
  // Errors: as docs/formats.md, "Input that is wrong"; messages name file and line.
  [[nodiscard]] static Result<EventLogReader> open(const std::filesystem::path& file);
  // The same for a log that is opened once in a process: a pipe needs no memory.
  [[nodiscard]] static Result<EventLogReader> open_once(const std::filesystem::path& file);
  // `origin` is what messages call the stream.
  [[nodiscard]] static Result<EventLogReader> from_stream(std::unique_ptr<std::istream> stream,
                                                          const std::string& origin);
  ~EventLogReader();
  EventLogReader(EventLogReader&&) noexcept;
  EventLogReader& operator=(EventLogReader&&) noexcept;

  [[nodiscard]] const EventLogHeader& header() const;
  // Fills `step` with the next one. Returns false at the end. After an error the reader is spent.
  [[nodiscard]] Result<bool> next(LoggedStep& step);
  // Returns how many bytes of the log were read.
  [[nodiscard]] std::uint64_t bytes() const;
  // Both are valid once next() returned false.
  [[nodiscard]] bool truncated() const;           // there is no end line
  [[nodiscard]] std::optional<Time> end() const;  // of the run

 private:
  class State;
  explicit EventLogReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct LoggedReleases {
  ReleaseList releases;  // by nominal instant, sorted as make_releases() sorts them
  // What the log has of its run: up to its end line, or, if it was cut off, up to its last step.
  Time end;
  bool cut_off = false;
};

// The nominal releases of a log (`--releases LOG`). Errors: the log can't be read, it has another number of
// tasks, or ordinals of a task do not count up from 0.
[[nodiscard]] Result<LoggedReleases> read_releases(const std::filesystem::path& log, std::size_t tasks);

}  // namespace daris
