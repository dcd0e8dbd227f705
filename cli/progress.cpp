#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <utility>

namespace daris {
namespace {

constexpr std::size_t kBarWidth = 20;

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

std::string progress_line(std::size_t done, std::size_t total, const std::string& unit,
                          std::chrono::duration<double> elapsed) {
  const std::size_t filled = total == 0 ? kBarWidth : done * kBarWidth / total;
  const std::size_t percent = total == 0 ? 100 : done * 100 / total;
  std::string line = fmt::format("{}/{} {}  {:3}%  [{}{}]", done, total, unit, percent, std::string(filled, '#'),
                                 std::string(kBarWidth - filled, '.'));
  if (done == total) return line + fmt::format("  took {}", clock_text(elapsed.count()));
  if (done == 0) return line;
  const double left_s = elapsed.count() * static_cast<double>(total - done) / static_cast<double>(done);
  return line + fmt::format("  {} left", clock_text(left_s));
}

Progress::Progress(std::size_t total, std::string unit, ProgressMode mode)
    : total_(total),
      unit_(std::move(unit)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      shown_(total > 0 && (mode == ProgressMode::kAlways || (mode == ProgressMode::kAuto && terminal_))),
      started_(std::chrono::steady_clock::now()) {
  if (shown_) draw();
}

Progress::~Progress() {
  if (shown_ && terminal_) fmt::print(stderr, "\n");
}

void Progress::advance() {
  const std::lock_guard lock(mutex_);
  ++done_;
  show();
}

void Progress::advance_to(std::size_t done) {
  const std::lock_guard lock(mutex_);
  if (done == done_) return;
  done_ = done;
  show();
}

// REQUIRES: mutex_ is held.
void Progress::show() {
  if (!shown_) return;
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
  if (done_ == total_ || std::chrono::steady_clock::now() - drawn_ >= pause) draw();
}

void Progress::draw() {
  drawn_ = std::chrono::steady_clock::now();
  const std::string line = progress_line(done_, total_, unit_, drawn_ - started_);
  // The spaces wipe what a longer line before this one left.
  if (terminal_) {
    fmt::print(stderr, "\r{}   ", line);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
}

}  // namespace daris
