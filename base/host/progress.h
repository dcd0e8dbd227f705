// A line on the terminal says how far a long job is and how long it will take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>

namespace daris {

enum class ProgressMode { kAuto, kAlways, kNever };  // kAuto: on a terminal only

// "1:05", "2:46:30": whole seconds, rounded up. A negative time counts as 0.
[[nodiscard]] std::string clock_text(double seconds);

// One line on standard error. On a terminal it is drawn anew in its place, and cut to the terminal's width;
// elsewhere each text is a line of its own, and only if progress was asked for. Threads: one at a time.
class StatusLine {
 public:
  explicit StatusLine(ProgressMode mode);

  [[nodiscard]] bool terminal() const { return terminal_; }
  [[nodiscard]] bool shown() const { return shown_; }
  // Columns that a text may take; a great number if there is no terminal.
  [[nodiscard]] std::size_t width() const;

  void show(const std::string& text) const;
  // Wipes the line off the terminal, before another message is printed.
  void clear() const;
  // Leaves the line as it is; what is printed next begins below it.
  void end() const;

 private:
  bool terminal_;
  bool shown_;
};

// "42/120 points  35%  [#######.............]  1:05 left". On a narrow terminal the bar is left out.
[[nodiscard]] std::string progress_line(std::size_t done, std::size_t total, const std::string& unit,
                                        std::chrono::duration<double> elapsed, bool with_bar = true);

// Shows a progress_line() on a StatusLine, now and then. Threads: any may call its functions.
class Progress {
 public:
  Progress(std::size_t total, std::string unit, ProgressMode mode);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance();
  // REQUIRES: `done` is no less than before.
  void advance_to(std::size_t done);
  // Takes the line off a terminal. REQUIRES: nothing is shown after that.
  void wipe();
  // Shows what is being done right now, behind the rest of the line; empty: nothing special.
  void doing(const std::string& text);

 private:
  void show();
  void draw();

  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t total_;
  std::string unit_;
  std::string doing_;
  bool wiped_ = false;
  StatusLine line_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace daris
