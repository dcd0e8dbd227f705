// A line on the terminal that says how far a long job is and how long it will take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>

namespace daris {

enum class ProgressMode { kAuto, kAlways, kNever };  // auto: on a terminal only

// "42/120 points  35%  [#######.............]  1:05 left"
[[nodiscard]] std::string progress_line(std::size_t done, std::size_t total, const std::string& unit,
                                        std::chrono::duration<double> elapsed);

// Writes to standard error: on a terminal one line that is drawn anew, elsewhere (if asked for) a line now
// and then. Threads: any may call its functions.
class Progress {
 public:
  Progress(std::size_t total, std::string unit, ProgressMode mode);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance();
  // `done` of them are, no fewer than before.
  void advance_to(std::size_t done);

 private:
  void show();
  void draw();

  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t total_;
  std::string unit_;
  bool terminal_;
  bool shown_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace daris
