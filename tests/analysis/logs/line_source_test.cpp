#include "analysis/logs/line_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <istream>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

LineSource source(const std::string& text) { return LineSource(std::make_unique<std::istringstream>(text)); }

// The number and the text of each line.
std::vector<std::pair<std::uint64_t, std::string>> lines(LineSource& source) {
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  while (const auto line = source.next()) lines.emplace_back(source.number(), *line);
  return lines;
}

TEST(LineSource, GivesLinesWithTheirNumbersAndSkipsBlankOnes) {
  LineSource three = source("a\n\n \t\r\nb b\r\n\n c\n\n");
  EXPECT_THAT(lines(three), ElementsAre(Pair(1, "a"), Pair(4, "b b\r"), Pair(6, " c")));
  EXPECT_EQ(three.bytes(), 17U);
  EXPECT_FALSE(three.bad());
  EXPECT_EQ(three.next(), std::nullopt) << "and stays at the end";
}

TEST(LineSource, TellsALineThatTheEndCutsOff) {
  LineSource cut = source("a\nb");
  EXPECT_EQ(cut.next(), "a");
  EXPECT_FALSE(cut.cut_off());
  EXPECT_EQ(cut.next(), "b");
  EXPECT_TRUE(cut.cut_off());
  LineSource empty = source("");
  EXPECT_EQ(empty.next(), std::nullopt);
}

// A stream that can't be read on after some bytes.
class Failing final : public std::streambuf {
 public:
  explicit Failing(std::string text) : text_(std::move(text)) {
    setg(text_.data(), text_.data(), text_.data() + text_.size());
  }

 private:
  int_type underflow() override { throw std::runtime_error("the disk is gone"); }
  std::string text_;
};

class FailingStream final : public std::istream {
 public:
  explicit FailingStream(const std::string& text) : std::istream(nullptr), buffer_(text) { rdbuf(&buffer_); }

 private:
  Failing buffer_;
};

TEST(LineSource, GivesNothingOfALineThatCanNotBeReadOn) {
  constexpr std::size_t kBlock = std::size_t{1}
                                 << 18;  // a read that fails brings nothing, so that one block comes whole
  const std::string text = "a\n" + std::string(kBlock - 2, 'b');
  LineSource failing(std::make_unique<FailingStream>(text));
  EXPECT_EQ(failing.next(), "a");
  EXPECT_EQ(failing.next(), std::nullopt);
  EXPECT_TRUE(failing.bad()) << "and is no end";
}

// Lines are longer than a block, and blocks end anywhere in a line.
TEST(LineSource, GivesLinesOfAnyLength) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t length = 1; length < 3'000'000; length = 3 * length + 1) {
    for (int i = 0; i < 7; ++i) {
      expected.emplace_back(length + static_cast<std::size_t>(i), static_cast<char>('a' + i));
      text += expected.back() + "\n";
    }
  }
  LineSource long_ones = source(text);
  for (const std::string& line : expected) ASSERT_EQ(long_ones.next(), line);
  EXPECT_EQ(long_ones.next(), std::nullopt);
  EXPECT_EQ(long_ones.bytes(), text.size());
}

}  // namespace
}  // namespace daris
