#include "base/host/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(Files, WritesAndReadsBack) {
  const TemporaryFolder folder;
  const auto file = folder / "new" / "deeper" / "x.json";
  ASSERT_TRUE(write_file_atomically(file, "one").ok());
  ASSERT_TRUE(write_file_atomically(file, "three\n").ok());
  EXPECT_EQ(read_text_file(file).value(), "three\n");
  EXPECT_EQ(files_in(file.parent_path()), 1U);
}

TEST(Files, NamesAFileThatCannotBeRead) {
  const TemporaryFolder folder;
  const auto missing = folder / "none.json";
  EXPECT_EQ(read_text_file(missing).error().message,
            missing.string() + ": can't be read: No such file or directory");
  EXPECT_THAT(read_text_file(folder / "").error().message, HasSubstr("Is a directory"));
}

TEST(Files, RefusesFilesBeyondTheLimit) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "x", "12345").ok());
  EXPECT_TRUE(read_text_file(folder / "x", 5).ok());
  EXPECT_THAT(read_text_file(folder / "x", 4).error().message, HasSubstr("is larger than 4 bytes"));
}

TEST(Files, LeavesNothingBehindWhereItCannotWrite) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "file", "kept").ok());
  EXPECT_THAT(write_file_atomically(folder / "file" / "below", "x").error().message,
              HasSubstr("can't be written"));
  EXPECT_THAT(write_file_atomically(folder / "", "x").error().message, HasSubstr("Is a directory"));
  EXPECT_EQ(read_text_file(folder / "file").value(), "kept");
  EXPECT_EQ(files_in(folder / ""), 1U);
}

TEST(Files, AFullDiskLeavesTheOldFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "x.json", "old").ok());
  // A limit on file size stands in for a full disk: the write fails half-way in both cases.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  const Status status = write_file_atomically(folder / "x.json", std::string(5000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("x.json"));
  EXPECT_EQ(status.error().kind, ErrorKind::kEnvironment);
  EXPECT_EQ(read_text_file(folder / "x.json").value(), "old");
  EXPECT_EQ(files_in(folder / ""), 1U);
}

TEST(Files, TellsOfAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_EQ(write_file_atomically("/dev/full", "x").error().message,
            "/dev/full: can't be written: No space left on device");
  EXPECT_TRUE(write_file_atomically("/dev/null", "x").ok());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace daris
