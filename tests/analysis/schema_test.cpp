#include "analysis/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using testing::HasSubstr;

Json small_schema() {
  return Json::parse(R"({"type": "object", "additionalProperties": false, "required": ["name"],
                         "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/definitions/part"}}},
                         "definitions": {"part": {"type": "object", "additionalProperties": false,
                                                  "properties": {"count": {"type": "integer", "minimum": 1}}}}})");
}

Status validate(const char* document) { return validate_document(small_schema(), Json::parse(document), "some.json"); }

TEST(Schema, TakesWhatIsRight) { EXPECT_TRUE(validate(R"({"name": "a", "parts": [{"count": 3}]})").ok()); }

TEST(Schema, NamesAnUnknownKeyAndTheNearestKnownOne) {
  const Status status = validate(R"({"name": "a", "parts": [{"count": 3}, {"cuont": 3}]})");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "some.json.parts[1]: unknown key \"cuont\"; the nearest known one is \"count\"");
}

TEST(Schema, NamesThePlaceOfAValueOutOfRange) {
  const Status status = validate(R"({"name": "a", "parts": [{"count": 0}]})");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("some.json"));
  EXPECT_THAT(status.error().message, HasSubstr("[parts][0][count]"));
}

TEST(Schema, NamesWhatIsMissing) {
  const Status status = validate("{}");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("name"));
}

TEST(Schema, RefusesASchemaThatIsNone) {
  const Status status = validate_document(Json::parse(R"({"type": 7})"), Json::object(), "some.json");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("schema"));
}

TEST(Schema, ThoseOfThisFolderAreBuiltIn) {
  for (const std::string_view name : analysis_schema_names()) {
    const Json schema = Json::parse(analysis_schema(name), nullptr, false);
    ASSERT_FALSE(schema.is_discarded()) << name;
    EXPECT_THAT(schema.at("title").get<std::string>(), HasSubstr(std::string(name)));
  }
  EXPECT_TRUE(analysis_schema("daris.nothing").empty());
}

}  // namespace
}  // namespace daris
