#include "base/json/write.h"
#include "base/json/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/json/parse.h"
#include "base/number_text.h"

namespace daris {
namespace {

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(30), "30");
  EXPECT_EQ(number_text(1e-9), "1e-09");
  EXPECT_EQ(number_text(33.333333), "33.333333");
  EXPECT_EQ(number_text(5e-324), "5e-324");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(WriteJson, KeepsShortThingsOnOneLine) {
  EXPECT_EQ(write_json({{"b", 1}, {"a", {1.5, nullptr, "x"}}}), "{\"b\": 1, \"a\": [1.5, null, \"x\"]}\n");
  EXPECT_EQ(write_json(Json::object()), "{}\n");
}

TEST(WriteJson, GivesEachEntryALineWhereOneIsTooShort) {
  const Json value = {{"first", std::string(70, 'x')}, {"second", {{"inner", std::string(70, 'y')}}}};
  EXPECT_EQ(write_json(value), "{\n  \"first\": \"" + std::string(70, 'x') +
                                   "\",\n  \"second\": {\"inner\": \"" + std::string(70, 'y') + "\"}\n}\n");
}

TEST(WriteJson, FillsLinesWithNumbers) {
  const std::string text = write_json({{"numbers", std::vector<int>(100, 12345)}});
  std::size_t longest = 0;
  std::size_t lines = 0;
  for (std::size_t begin = 0, end = text.find('\n'); end != std::string::npos;
       begin = end + 1, end = text.find('\n', begin)) {
    longest = std::max(longest, end - begin);
    ++lines;
  }
  EXPECT_LE(longest, 120U);
  EXPECT_GT(longest, 110U);
  EXPECT_LT(lines, 12U);
}

TEST(WriteJson, WritesWhatIsNotFiniteAsNull) {
  EXPECT_EQ(write_json_line({std::nan(""), std::numeric_limits<double>::infinity()}), "[null,null]");
}

TEST(WriteJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(write_json_line(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(WriteJson, ReadsBackTheSame) {
  const Json value = {{"a", {1, -2, 0.1, 1e300, 1.0 / 3}},
                      {"t", "line\nfeed \"quoted\" \\ é"},
                      {"o", {{"x", {{"y", false}}}}}};
  EXPECT_EQ(parse_json(write_json(value), "x").value(), value);
  EXPECT_EQ(parse_json(write_json_line(value), "x").value(), value);
}

}  // namespace
}  // namespace daris
