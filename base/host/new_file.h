// A file that gets its name once it is complete.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace daris {

// All functions return 0, or an errno. What has not been named when this is destroyed, or when the process is
// killed, is gone. On file systems without nameless files the second does not hold: ".daris-PID-N" is left.
class NewFile {
 public:
  NewFile() = default;
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // Its mode is what the umask leaves of rw-rw-rw-.
  [[nodiscard]] int open(const std::filesystem::path& folder);
  // Gives it the mode, the owner and the group of another file.
  [[nodiscard]] int resemble(const struct stat& other);
  // Writes all behind what was written before.
  [[nodiscard]] int append(std::string_view text);
  // Waits until the disk has it.
  [[nodiscard]] int sync();
  // Puts it in the place of `target`, which is in the folder, in one step.
  [[nodiscard]] int move_to(const std::filesystem::path& target);

 private:
  [[nodiscard]] int open_with_name();
  [[nodiscard]] int give_name();

  std::filesystem::path folder_;
  std::filesystem::path name_;  // for the moment; empty if it has none
  int descriptor_ = -1;
};

// Writes all of the text. Returns 0 or an errno.
[[nodiscard]] int write_all(int descriptor, std::string_view text);

}  // namespace daris
