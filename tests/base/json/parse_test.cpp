#include "base/json/parse.h"
#include "base/json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error_of(const std::string& text) {
  const Result<Json> parsed = parse_json(text, "some.json");
  return parsed.ok() ? "no error" : parsed.error().message;
}

TEST(ParseJson, GivesTheValueWithKeysInOrder) {
  const Result<Json> parsed =
      parse_json(R"({"z": [1, -2, 2.5, true, null, "x"], "a": {"b": {}}})", "some.json");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().dump(), R"({"z":[1,-2,2.5,true,null,"x"],"a":{"b":{}}})");
}

TEST(ParseJson, TellsOfEachElementOfAList) {
  std::vector<std::string> heard;
  JsonListener listener;
  listener.list = "points";
  listener.element_read = [&](Json& document) {
    heard.push_back(document.dump());
    document["points"].back().erase("b");
  };
  const Result<Json> parsed =
      parse_json(R"({"a": [{}], "points": [{"b": [1]}, 7, {"c": {"points": [{}]}}], "d": {}, "e": [[]]})",
                 "some.json", JsonOrigin::kFile, &listener);
  ASSERT_TRUE(parsed.ok());
  EXPECT_THAT(heard, ElementsAre(R"({"a":[{}],"points":[{"b":[1]}]})",
                                 R"({"a":[{}],"points":[{},7,{"c":{"points":[{}]}}]})"));
  EXPECT_EQ(parsed.value().dump(), R"({"a":[{}],"points":[{},7,{"c":{"points":[{}]}}],"d":{},"e":[[]]})");
}

TEST(ParseJson, TakesScalars) {
  EXPECT_EQ(parse_json("7", "x").value(), Json(7));
  EXPECT_EQ(parse_json(" \"t\" \n", "x").value(), Json("t"));
}

TEST(ParseJson, NamesLineAndColumnOfASyntaxError) {
  EXPECT_THAT(error_of("{\n  \"a\": 1,\n  oops\n}"),
              StartsWith("some.json:3:3: not valid JSON: syntax error"));
  EXPECT_THAT(error_of("[1,]"), StartsWith("some.json:1:4: not valid JSON: "));
  EXPECT_THAT(error_of("[1] 2"), StartsWith("some.json:1:5: not valid JSON: "));
  EXPECT_THAT(parse_json("[1] 2", "log:7", JsonOrigin::kLine).error().message,
              StartsWith("log:7:5: not valid JSON: "));
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const std::string text :
       {"", " ", "{", "[", "nan", "NaN", "[01]", "{'a':1}", "// note\n1", "\"\xff\"", "{\"a\" 1}", "tru"})
    EXPECT_THAT(error_of(text), HasSubstr("not valid JSON")) << text;
}

TEST(ParseJson, RefusesNumbersBeyondDoubles) { EXPECT_THAT(error_of("[1e999]"), HasSubstr("1e999")); }

TEST(ParseJson, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(error_of(R"({"a": 1, "b": 2, "a": 3})"),
            "some.json: not valid JSON: key \"a\" stands twice in one object");
  EXPECT_EQ(error_of(R"([{"a": 1}, {"a": 3}])"), "no error");
}

TEST(ParseJson, LimitsTheDepth) {
  const std::string deepest = std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']');
  EXPECT_EQ(error_of(deepest), "no error");
  EXPECT_THAT(error_of("[" + deepest + "]"), HasSubstr("more than 64 deep"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("more than 64 deep"));
}

TEST(ParseJson, LimitsTheKeysOfAnObject) {
  std::string text = "{";
  for (std::size_t i = 0; i <= kJsonKeysMax; ++i)
    text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  EXPECT_THAT(error_of(text + "}"), HasSubstr("more than 10000 keys"));
}

TEST(ParseJson, ErrorsStayShort) {
  EXPECT_LT(error_of("[" + std::string(1'000'000, '1') + "]").size(), 400U);
  EXPECT_LT(error_of("[\"" + std::string(1'000'000, 'a')).size(), 400U);
}

TEST(ParseJson, ErrorsStayOnOneLine) {
  const std::string error = error_of("[\"a\nb\"]");
  EXPECT_THAT(error, HasSubstr("not valid JSON"));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace daris
