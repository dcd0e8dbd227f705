#include "base/host/kept_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>

#include "base/host/files.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

// A FIFO into which somebody writes `text` once.
class Fifo {
 public:
  explicit Fifo(const std::string& text)
      : made_(::mkfifo(file().c_str(), S_IRUSR | S_IWUSR) == 0),
        writer_([this, text] { std::ofstream(file(), std::ios::binary) << text; }) {
    EXPECT_TRUE(made_);
  }
  ~Fifo() { writer_.join(); }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "fifo"; }

 private:
  TemporaryFolder folder_;
  bool made_;
  std::thread writer_;
};

TEST(KeptStream, APipeCanBeReadAgain) {
  const std::string text(300'000, 'x');  // more than a pipe holds
  const Fifo fifo(text);
  EXPECT_TRUE(is_stream(fifo.file()));
  for (int time = 0; time < 3; ++time) EXPECT_TRUE(read_text_file(fifo.file()).value() == text);
}

TEST(KeptStream, ALinkToAPipeGivesTheSame) {
  const Fifo fifo("once");
  const TemporaryFolder folder;
  std::filesystem::create_symlink(fifo.file(), folder / "link");
  EXPECT_EQ(read_text_file(fifo.file()).value(), "once");
  EXPECT_EQ(read_text_file(folder / "link").value(), "once");
}

TEST(KeptStream, TooMuchIsAnError) {
  const Fifo fifo("123456");
  const Result<std::string> read = read_text_file(fifo.file(), 3);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("is larger than 3 bytes"));
}

TEST(KeptStream, FilesAndFoldersAreNone) {
  const TemporaryFolder folder;
  testing::write(folder / "file", "text");
  EXPECT_FALSE(is_stream(folder / "file"));
  EXPECT_FALSE(is_stream(folder / ""));
  EXPECT_FALSE(is_stream(folder / "none"));
  EXPECT_TRUE(is_stream("/dev/null"));
  EXPECT_EQ(read_text_file("/dev/null").value(), "");
}

TEST(KeptStream, AStreamReadsLines) {
  const auto stream = stream_of(std::make_shared<const std::string>("one\ntwo"));
  std::string line;
  ASSERT_TRUE(std::getline(*stream, line));
  EXPECT_EQ(line, "one");
  ASSERT_TRUE(std::getline(*stream, line));
  EXPECT_EQ(line, "two");
  EXPECT_FALSE(std::getline(*stream, line));
}

}  // namespace
}  // namespace daris
