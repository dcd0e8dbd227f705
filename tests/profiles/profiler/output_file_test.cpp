#include "profiles/profiler/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/resource.h>
#include <csignal>
#include <fstream>
#include <sstream>

namespace daris {
namespace {

using ::testing::HasSubstr;

class OutputFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("daris-output-test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    file_ = folder_ / "profile.json";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string contents() const {
    std::ifstream stream(file_);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator{}));
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(OutputFileTest, ReplacesTheWholeFile) {
  ASSERT_TRUE(replace_file(file_, "a long first text").ok());
  ASSERT_TRUE(replace_file(file_, "short").ok());
  EXPECT_EQ(contents(), "short");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, AFullDiskLeavesTheOldFile) {
  ASSERT_TRUE(replace_file(file_, "old").ok());
  // A limit on file size stands in for a full disk: the write fails half-way in both cases.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  const Status status = replace_file(file_, std::string(5000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("profile.json"));
  EXPECT_EQ(contents(), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, NamesTheFolderThatIsMissing) {
  const Status status = replace_file(folder_ / "none" / "profile.json", "text");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("No such file or directory"));
}

TEST_F(OutputFileTest, NoFileIsNoError) {
  const Result<std::optional<Profile>> nothing = read_output(file_);
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing.value().has_value());
}

TEST_F(OutputFileTest, AFileThatIsNoProfileIsRefused) {
  std::ofstream(file_) << "{\"schema\": \"daris.sweep\"";
  const Result<std::optional<Profile>> broken = read_output(file_);
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message, HasSubstr("profile.json"));
}

}  // namespace
}  // namespace daris
