// Runs the real `daris` in a folder of its own, as a user would.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"

namespace daris {

using Words = std::vector<std::string>;

// `words`, and then `more`.
[[nodiscard]] Words with(Words words, const Words& more);

// What makes a simulation short.
inline const Words kShort{"--duration", "0.6s", "--warmup", "0.1s"};

struct ProgramResult {
  int exit_code = -1;    // 128 + signal if one ended it
  std::string output;    // standard output
  std::string messages;  // standard error
};

// A test in a new folder, removed at its end, with short names for the files that it needs.
class ProgramTest : public testing::Test {
 public:
  ~ProgramTest() override;

 protected:
  ProgramTest();

  // The path of a file in the test's folder.
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const;
  [[nodiscard]] static std::string read(const std::string& file);
  [[nodiscard]] static bool exists(const std::string& file) { return std::filesystem::exists(file); }

  [[nodiscard]] ProgramResult daris(const std::vector<std::string>& words) const;
  // Only starts it, in the folder; wait() for it. Its output goes to files of the folder.
  [[nodiscard]] pid_t start(const std::vector<std::string>& words) const;
  [[nodiscard]] ProgramResult wait(pid_t process) const;

  // Runs a line of bash in the folder, with $D for the program; returns its exit status. The line has no '.
  [[nodiscard]] int shell(const std::string& line) const;

  // Runs `daris sim` of the small task set over the invented profile, with `words`.
  [[nodiscard]] ProgramResult simulate(std::vector<std::string> words) const;
  [[nodiscard]] static std::vector<std::string> inputs();  // the flags that name the invented files

  // Writes a sweep over the invented files; `grid` is the JSON of the grid.
  std::string write_sweep(const std::string& name, const std::string& grid,
                          const std::string& more = "") const;

 private:
  std::filesystem::path folder_;
};

// The first point of a report.
[[nodiscard]] Json point_of(const std::string& text);

[[nodiscard]] std::string test_data(const std::string& name);  // of tests/cli/data
[[nodiscard]] std::string synthetic_profile();

}  // namespace daris
