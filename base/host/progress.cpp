#include "base/host/progress.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <utility>

#include "base/host/terminal.h"
#include "base/printable_text.h"

namespace daris {
namespace {

constexpr std::size_t kBarWidth = 20;

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(std::max(seconds, 0.0)));
  std::ostringstream text;
  text << std::setfill('0');
  if (whole >= 3600) text << whole / 3600 << ':' << std::setw(2);
  text << whole / 60 % 60 << ':' << std::setw(2) << whole % 60;
  return text.str();
}

StatusLine::StatusLine(ProgressMode mode)
    : terminal_(is_terminal()),
      shown_(mode == ProgressMode::kAlways || (mode == ProgressMode::kAuto && terminal_)) {}

// One write, so that lines of several threads do not mix.
void StatusLine::show(const std::string& text) const {
  if (!shown_) return;
  std::cerr << (terminal_ ? kWipeLine + std::string(begin_of_width(printable(text), width())) : text + "\n")
            << std::flush;
}

std::size_t StatusLine::width() const { return terminal_width(); }

void StatusLine::clear() const {
  if (shown_ && terminal_) std::cerr << kWipeLine << std::flush;
}

void StatusLine::end() const {
  if (shown_ && terminal_) std::cerr << std::endl;
}

std::string progress_line(std::size_t done, std::size_t total, const std::string& unit,
                          std::chrono::duration<double> elapsed, bool with_bar) {
  const std::size_t filled = total == 0 ? kBarWidth : done * kBarWidth / total;
  const std::size_t percent = total == 0 ? 100 : done * 100 / total;
  std::ostringstream line;
  line << done << '/' << total << ' ' << unit << "  " << std::setw(3) << percent << '%';
  if (with_bar) line << "  [" << std::string(filled, '#') << std::string(kBarWidth - filled, '.') << ']';
  if (done == total) {
    line << "  took " << clock_text(elapsed.count());
  } else if (done > 0) {
    line << "  "
         << clock_text(elapsed.count() * static_cast<double>(total - done) / static_cast<double>(done))
         << " left";
  }
  return line.str();
}

Progress::Progress(std::size_t total, std::string unit, ProgressMode mode)
    : total_(total),
      unit_(std::move(unit)),
      line_(total > 0 ? mode : ProgressMode::kNever),
      started_(std::chrono::steady_clock::now()) {
  if (line_.shown()) draw();
}

Progress::~Progress() {
  if (!wiped_) line_.end();
}

void Progress::wipe() {
  const std::lock_guard lock(mutex_);
  wiped_ = true;
  line_.clear();
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

void Progress::doing(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (doing_ == text) return;
  doing_ = text;
  if (text.empty() && line_.shown()) draw();  // the old text would stand there for long
  show();
}

// REQUIRES: mutex_ is held.
void Progress::show() {
  if (!line_.shown()) return;
  const auto pause = line_.terminal() ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
  if (done_ == total_ || std::chrono::steady_clock::now() - drawn_ >= pause) draw();
}

void Progress::draw() {
  drawn_ = std::chrono::steady_clock::now();
  const std::string more = doing_.empty() ? "" : "; " + doing_;
  const std::string whole = progress_line(done_, total_, unit_, drawn_ - started_) + more;
  const bool fits = text_width(whole) <= line_.width();
  line_.show(fits ? whole : progress_line(done_, total_, unit_, drawn_ - started_, false) + more);
}

}  // namespace daris
