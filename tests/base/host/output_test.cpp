// Where outputs may lead, and what stays as it was.
#include "base/host/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>

#include "base/host/files.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

namespace fs = std::filesystem;
using testing::contents;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

constexpr unsigned kModeBits = 07777;

unsigned mode_of(const fs::path& file) {
  struct stat found {};
  EXPECT_EQ(::stat(file.c_str(), &found), 0);
  return found.st_mode & kModeBits;
}

class Output : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_ / name; }
  void check_and_write(const fs::path& file, const std::string& text) const {
    const Status possible = check_output(file.string());
    ASSERT_TRUE(possible.ok()) << possible.error().message;
    const Status written = write_output(file.string(), text);
    ASSERT_TRUE(written.ok()) << written.error().message;
  }
  void expect_refusal(const fs::path& file, const std::string& reason) const {
    const Status possible = check_output(file.string());
    ASSERT_FALSE(possible.ok()) << file;
    EXPECT_THAT(possible.error().message, HasSubstr(reason));
    EXPECT_EQ(possible.error().kind, ErrorKind::kEnvironment);
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / ""), {}));
  }

  TemporaryFolder folder_;
};

TEST_F(Output, FollowsChainsOfLinks) {
  testing::write(at("real"), "old");
  fs::create_symlink("real", at("second"));
  fs::create_symlink(at("second"), at("first"));
  check_and_write(at("first"), "new");
  EXPECT_EQ(contents(at("real")), "new");
  EXPECT_TRUE(fs::is_symlink(at("first")) && fs::is_symlink(at("second")));
  EXPECT_EQ(files(), 3U);
}

TEST_F(Output, MakesWhatADanglingLinkLeadsTo) {
  fs::create_symlink("later/deep/file", at("link"));
  check_and_write(at("link"), "new");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(contents(at("later/deep/file")), "new");
}

TEST_F(Output, KeepsOneFileUnderAllItsNames) {
  testing::write(at("a"), "long old contents");
  fs::create_hard_link(at("a"), at("b"));
  check_and_write(at("a"), "new");
  EXPECT_EQ(contents(at("b")), "new");
}

TEST_F(Output, KeepsModesAndObeysTheUmask) {
  const mode_t before = ::umask(027);
  check_and_write(at("fresh"), "x");
  testing::write(at("old"), "x");
  fs::permissions(at("old"), fs::perms(0604));
  check_and_write(at("old"), "y");
  ::umask(before);
  EXPECT_EQ(mode_of(at("fresh")), 0640U);
  EXPECT_EQ(mode_of(at("old")), 0604U);
}

TEST_F(Output, WritesIntoAPipe) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  auto reader = std::async(std::launch::async, [&] { return contents(at("pipe")); });
  check_and_write(at("pipe"), "through");
  EXPECT_EQ(reader.get(), "through");
  EXPECT_TRUE(fs::is_fifo(at("pipe")));
}

TEST_F(Output, WritesToADescriptorOfThisProcess) {
  const int descriptor = ::open(at("file").c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(::write(descriptor, "one ", 4), 4);
  fs::create_symlink("/dev/fd/" + std::to_string(descriptor), at("link"));
  check_and_write(at("link"), "two");
  ::close(descriptor);
  EXPECT_EQ(contents(at("file")), "one two") << "not from its beginning";
  expect_refusal(at("link"), "it is closed");
}

TEST_F(Output, KnowsBeforeWhatCannotBeWritten) {
  testing::write(at("file"), "x");
  fs::create_symlink("b", at("a"));
  fs::create_symlink("a", at("b"));
  expect_refusal(at("file") / "below", "Not a directory");
  expect_refusal(at("new") / "", "Is a directory; name a file");
  expect_refusal(at(""), "Is a directory");
  expect_refusal(at(std::string(300, 'x')), "File name too long");
  expect_refusal(at(std::string(300, 'x')) / "r.json", "File name too long");
  expect_refusal(at("a"), "Too many levels of symbolic links");
  EXPECT_EQ(files(), 3U) << "nothing was made";
}

TEST_F(Output, DoesNotReplaceAWriteProtectedFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to any file";
  testing::write(at("file"), "old");
  fs::permissions(at("file"), fs::perms(0400));
  expect_refusal(at("file"), "Permission denied");
  EXPECT_FALSE(write_output(at("file").string(), "new").ok());
  EXPECT_EQ(contents(at("file")), "old");
}

TEST_F(Output, WritesAFileWhoseFolderIsWriteProtected) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to any folder";
  fs::create_directory(at("folder"));
  testing::write(at("folder/file"), "old");
  fs::permissions(at("folder"), fs::perms(0500));
  check_and_write(at("folder/file"), "new");
  expect_refusal(at("folder/other"), "Permission denied");
  fs::permissions(at("folder"), fs::perms(0700));
  EXPECT_EQ(contents(at("folder/file")), "new");
}

// The working folder takes it here.
TEST_F(Output, KeepsElsewhereWhatDoesNotFit) {
  const fs::path before = fs::current_path();
  fs::current_path(at(""));
  const Status full = keep_output("/dev/full", "the report", "report");
  const std::string kept = "daris-report-" + std::to_string(::getpid()) + ".json";
  EXPECT_EQ(contents(kept), "the report");
  fs::current_path(before);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().message,
            "/dev/full: can't be written: No space left on device; the report is in " + kept + " instead");
}

TEST_F(Output, TakesTheNextFolderIfTheWorkingFolderIsGone) {
  const fs::path before = fs::current_path();
  fs::create_directory(at("gone"));
  fs::create_directory(at("temporary"));
  fs::current_path(at("gone"));
  fs::remove(at("gone"));
  ::setenv("TMPDIR", at("temporary").c_str(), 1);
  const Status possible = check_output("r.json");
  const Status lost = keep_output("r.json", "the report", "report");
  fs::current_path(before);
  ::unsetenv("TMPDIR");
  EXPECT_EQ(possible.error().message, "r.json: can't be written: the working folder is gone");
  EXPECT_THAT(lost.error().message, HasSubstr("the report is in " + at("temporary").string()));
  EXPECT_EQ(contents(at("temporary") / ("daris-report-" + std::to_string(::getpid()) + ".json")),
            "the report");
}

}  // namespace
}  // namespace daris
