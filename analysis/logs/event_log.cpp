#include "analysis/logs/event_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "analysis/logs/event_log_header.h"
#include "analysis/logs/event_log_line.h"
#include "base/check.h"
#include "base/host/files.h"
#include "base/host/output.h"
#include "base/host/output_place.h"
#include "base/json/json.h"
#include "base/json/write.h"

namespace daris {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

Error cannot_write(const std::string& file, const std::string& reason) {
  return environment_error(file + ": the event log can't be written: " + reason);
}

// What stands in a descriptor's file already, as behind `>>`, is no older log. Null: errno says why.
std::FILE* open_to_write(const std::filesystem::path& file) {
  std::optional<int> descriptor;
  if (is_standard_output(file.string())) {
    descriptor = STDOUT_FILENO;
  } else if (const Result<OutputPlace> place = find_output_place(file); place.ok()) {
    descriptor = place.value().descriptor;
  }
  if (!descriptor) return std::fopen(file.c_str(), "wb");
  const int copy = ::fcntl(*descriptor, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? nullptr : ::fdopen(copy, "wb");
}

}  // namespace

class EventLogWriter::State {
 public:
  State(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {
    buffer_.reserve(2 * kBufferBytes);
  }
  ~State() {
    if (file_ != nullptr) std::fclose(file_);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] std::string& buffer() { return buffer_; }
  [[nodiscard]] std::uint64_t next_step() { return steps_++; }

  void flush_if_full() {
    if (buffer_.size() >= kBufferBytes) flush();
  }

  void flush() {
    if (status_.ok() && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) fail();
    buffer_.clear();
  }

  [[nodiscard]] Status close() {
    DARIS_CHECK(file_ != nullptr);
    flush();
    if (std::fclose(std::exchange(file_, nullptr)) != 0 && status_.ok()) fail();
    return status_;
  }

 private:
  void fail() { status_ = cannot_write(name_, std::strerror(errno)); }

  std::FILE* file_;
  std::string name_;
  std::string buffer_;
  std::uint64_t steps_ = 0;
  Status status_;
};

EventLogWriter::EventLogWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventLogWriter::~EventLogWriter() = default;

Result<std::unique_ptr<EventLogWriter>> EventLogWriter::create(const std::filesystem::path& file,
                                                               const EventLogHeader& header) {
  DARIS_CHECK(header.task_names.size() == header.setup.tasks.size());
  if (const Status made = make_folders_to(file); !made.ok())
    return cannot_write(file.string(), made.error().message);
  std::FILE* const opened = open_to_write(file);
  if (opened == nullptr) return cannot_write(file.string(), std::strerror(errno));
  auto state = std::make_unique<State>(opened, file.string());
  state->buffer() += write_json_line(header_to_json(header)) + "\n";
  return std::unique_ptr<EventLogWriter>(new EventLogWriter(std::move(state)));
}

void EventLogWriter::on_step(const Step& step) {
  const std::uint64_t number = state_->next_step();
  std::string& buffer = state_->buffer();
  std::size_t finished = 0;
  for (const Event& event : step.events) {
    const bool measured = std::holds_alternative<StageFinished>(event) && finished < step.stages.size();
    append_event(buffer, number, step.now, event, measured ? &step.stages[finished++] : nullptr);
  }
  for (const Decision& decision : step.decisions) append_decision(buffer, number, step.now, decision);
  state_->flush_if_full();
}

void EventLogWriter::on_end(Time end) {
  append_end(state_->buffer(), end);
  state_->flush_if_full();
}

Status EventLogWriter::close() { return state_->close(); }

}  // namespace daris
