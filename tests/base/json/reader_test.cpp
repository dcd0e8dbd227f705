#include "base/json/reader.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace daris {
namespace {

enum class Colour { kRed, kGreen };
constexpr NameTable<Colour, 2> kColours = {{{"red", Colour::kRed}, {"green", Colour::kGreen}}};

// The error of the document `text` after `read` has read its object.
std::string error_of(const std::string& text, const std::function<void(const JsonObject&)>& read,
                     JsonKeys keys = {"a", "b", "colour"}) {
  Result<JsonDocument> document = JsonDocument::parse(text, "f.json");
  if (!document.ok()) return document.error().message;
  read(document.value().root_without_head(keys));
  const Status& status = document.value().status();
  return status.ok() ? "no error" : status.error().message;
}

std::string head_error(const std::string& text) {
  Result<JsonDocument> document = JsonDocument::parse(text, "f.json");
  if (!document.ok()) return document.error().message;
  static_cast<void>(document.value().root("daris.thing", 2, {"name"}));
  const Status& status = document.value().status();
  return status.ok() ? "no error" : status.error().message;
}

TEST(JsonReader, ChecksTheHead) {
  EXPECT_EQ(head_error(R"({"schema": "daris.thing", "version": 2, "name": "x"})"), "no error");
  EXPECT_EQ(head_error(R"({"version": 2})"), "f.json: \"schema\" is missing");
  EXPECT_EQ(head_error(R"({"schema": "daris.report", "points": []})"),
            "f.json: schema: \"daris.report\" is another kind of document; \"daris.thing\" is needed");
  EXPECT_EQ(head_error(R"({"schema": "daris.thing", "version": 3})"),
            "f.json: version: 3 is not known; this program reads version 2");
  EXPECT_EQ(head_error("[]"), "f.json: an array is wrong; an object is needed");
}

TEST(JsonReader, RefusesUnknownKeysWithTheNearestKnownOne) {
  EXPECT_EQ(head_error(R"({"schema": "daris.thing", "version": 2, "nmae": "x"})"),
            "f.json: unknown key \"nmae\"; did you mean \"name\"?");
  EXPECT_EQ(error_of(R"({"b": {"colr": 1}})",
                     [](const JsonObject& object) {
                       static_cast<void>(object.object("b", {"size", "colour"}));
                     }),
            "f.json: b: unknown key \"colr\"; did you mean \"colour\"?");
}

TEST(JsonReader, ReadsEveryKind) {
  const std::string text =
      R"({"a": [{"n": 3, "x": 0.5, "t": "s", "f": true, "l": [1, 2], "r": [[1], [2, 3]]}], "b": null})";
  EXPECT_EQ(error_of(text,
                     [](const JsonObject& object) {
                       const auto entries = object.objects("a", {}, {"n", "x", "t", "f", "l", "r"});
                       ASSERT_EQ(entries.size(), 1U);
                       EXPECT_EQ(entries[0].integer("n", {1, 3}), 3);
                       EXPECT_EQ(entries[0].number("x", {0, 1}), 0.5);
                       EXPECT_EQ(entries[0].text("t"), "s");
                       EXPECT_TRUE(entries[0].boolean("f"));
                       EXPECT_EQ(entries[0].integers("l", {}, {}), (std::vector<std::int64_t>{1, 2}));
                       EXPECT_EQ(entries[0].integer_rows("r", {}, {}, {}),
                                 (std::vector<std::vector<std::int64_t>>{{1}, {2, 3}}));
                       EXPECT_FALSE(object.optional_number("b", {}).has_value());
                       EXPECT_FALSE(object.optional_object("b", {}).has_value());
                       EXPECT_EQ(object.integer_or("colour", {}, 9), 9);
                       EXPECT_EQ(object.choice_or("colour", kColours, Colour::kGreen), Colour::kGreen);
                     }),
            "no error");
}

TEST(JsonReader, WholeNumbersMayBeWrittenWithAFraction) {
  EXPECT_EQ(error_of(R"({"a": 3.0, "b": 3e0})",
                     [](const JsonObject& object) {
                       EXPECT_EQ(object.integer("a", {}), 3);
                       EXPECT_EQ(object.integer("b", {}), 3);
                     }),
            "no error");
}

struct Wrong {
  const char* text;
  std::function<void(const JsonObject&)> read;
  const char* message;
};

TEST(JsonReader, NamesPlaceValueAndWhatWouldBeRight) {
  const auto a_number = [](const JsonObject& object) {
    static_cast<void>(object.number("a", {0, 1e9, true}));
  };
  const auto a_integer = [](const JsonObject& object) { static_cast<void>(object.integer("a", {1, 1024})); };
  const auto a_text = [](const JsonObject& object) { static_cast<void>(object.text("a")); };
  const auto a_rows = [](const JsonObject& object) {
    static_cast<void>(object.integer_rows("a", {1, 2}, {1, 2}, {0, 9}));
  };
  const Wrong cases[] = {
      {R"({"a": -3})", a_number,
       "f.json: a: -3 is out of range; a number above 0 and at most 1e+09 is needed"},
      {R"({"a": "x"})", a_number, "f.json: a: \"x\" is wrong; a number above 0 and at most 1e+09 is needed"},
      {R"({"a": {}})", a_number,
       "f.json: a: an object is wrong; a number above 0 and at most 1e+09 is needed"},
      {R"({})", a_number, "f.json: \"a\" is missing"},
      {R"({"a": null})", a_number, "f.json: a: null is wrong; a number above 0 and at most 1e+09 is needed"},
      {R"({"a": 0})", a_integer, "f.json: a: 0 is out of range; a whole number from 1 to 1024 is needed"},
      {R"({"a": 1.5})", a_integer, "f.json: a: 1.5 is wrong; a whole number from 1 to 1024 is needed"},
      {R"({"a": 18446744073709551615})", a_integer,
       "f.json: a: 18446744073709551615 is out of range; a whole number from 1 to 1024 is needed"},
      {R"({"a": 7})", a_text, "f.json: a: 7 is wrong; a string is needed"},
      {R"({"a": ""})", a_text, "f.json: a: is empty; a string with something in it is needed"},
      {R"({"a": [[1, 10]]})", a_rows,
       "f.json: a[0][1]: 10 is out of range; a whole number from 0 to 9 is needed"},
      {R"({"a": [[1], 4]})", a_rows, "f.json: a[1]: 4 is wrong; an array is needed"},
      {R"({"a": []})", a_rows, "f.json: a: has 0 entries; at least 1 is needed"},
      {R"({"a": [[1], [1], [1]]})", a_rows, "f.json: a: has 3 entries; at most 2 is needed"},
      {R"({"a": [1]})", [](const JsonObject& object) { static_cast<void>(object.objects("a", {}, {"x"})); },
       "f.json: a[0]: 1 is wrong; an object is needed"},
      {R"({"a": 1})", [](const JsonObject& object) { static_cast<void>(object.boolean("a")); },
       "f.json: a: 1 is wrong; true or false is needed"},
      {R"({"colour": "gren"})",
       [](const JsonObject& object) { static_cast<void>(object.choice("colour", kColours)); },
       "f.json: colour: \"gren\" is not known; did you mean \"green\"? \"red\" or \"green\" is needed"},
  };
  for (const Wrong& wrong : cases) EXPECT_EQ(error_of(wrong.text, wrong.read), wrong.message) << wrong.text;
}

TEST(JsonReader, KeepsTheFirstErrorAndGoesOn) {
  EXPECT_EQ(error_of(R"({"a": [{"x": 1}, {"x": "no"}, {"y": 2}], "b": 5})",
                     [](const JsonObject& object) {
                       for (const JsonObject& entry : object.objects("a", {}, {"x", "y"}))
                         static_cast<void>(entry.integer("x", {}));
                       static_cast<void>(object.text("b"));
                     }),
            "f.json: a[1].x: \"no\" is wrong; a whole number is needed");
}

// Readers convert numbers before they look for errors.
TEST(JsonReader, ReadsTheNearestNumberInRangeOn) {
  EXPECT_EQ(error_of(R"({"a": 1e300, "b": -4})",
                     [](const JsonObject& object) {
                       EXPECT_EQ(object.number("a", {1, 1024}), 1024);
                       EXPECT_EQ(object.number("b", {0, 1, true}), 0);
                     }),
            "f.json: a: 1e+300 is out of range; a number from 1 to 1024 is needed");
}

TEST(JsonReader, ShortensLongValues) {
  const std::string error =
      error_of("{\"a\": \"" + std::string(5000, 'x') + "\"}",
               [](const JsonObject& object) { static_cast<void>(object.number("a", {})); });
  EXPECT_LT(error.size(), 200U);
}

TEST(JsonReader, StaysValidWhenTheDocumentMoves) {
  Result<JsonDocument> parsed = JsonDocument::parse(R"({"a": 1})", "f.json");
  ASSERT_TRUE(parsed.ok());
  const JsonObject root = parsed.value().root_without_head({"a"});
  const JsonDocument moved = std::move(parsed).value();
  EXPECT_EQ(root.integer("a", {}), 1);
  root.fail("a", "is not liked");
  EXPECT_EQ(moved.status().error().message, "f.json: a: is not liked");
}

}  // namespace
}  // namespace daris
