#include "base/json/schema.h"
#include "base/json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/schemas.h"

namespace daris {
namespace {

using testing::HasSubstr;

Json small_schema() {
  return Json::parse(R"({"type": "object", "additionalProperties": false, "required": ["name"],
                         "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/definitions/part"}}},
                         "definitions": {"part": {"type": "object", "additionalProperties": false,
                                                  "properties": {"count": {"type": "integer", "minimum": 1}}}}})");
}

Status validate(const char* document) {
  return validate_document(small_schema(), Json::parse(document), "some.json");
}

TEST(Schema, TakesWhatIsRight) { EXPECT_TRUE(validate(R"({"name": "a", "parts": [{"count": 3}]})").ok()); }

TEST(Schema, NamesAnUnknownKeyAndTheNearestKnownOne) {
  const Status status = validate(R"({"name": "a", "parts": [{"count": 3}, {"cuont": 3}]})");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "some.json.parts[1]: unknown key \"cuont\"; did you mean \"count\"?");
}

TEST(Schema, NamesThePlaceOfAValueOutOfRange) {
  const Status status = validate(R"({"name": "a", "parts": [{"count": 0}]})");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("some.json"));
  EXPECT_THAT(status.error().message, HasSubstr("[parts][0][count]"));
}

TEST(Schema, TakesIntegersAboveTheSignedOnes) {
  const Status status = validate(R"({"name": "a", "parts": [{"count": 18446744073709551615}]})");
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST(Schema, NamesWhatIsMissing) {
  const Status status = validate("{}");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("name"));
}

// Another kind of document breaks many rules, and its first unknown key says nothing.
TEST(Schema, NamesAnotherKindOrVersionFirst) {
  const auto error_of = [](const char* document) {
    const Json schema = Json::parse(schema_text("daris.report"));
    return validate_document(schema, Json::parse(document), "r.json").error().message;
  };
  EXPECT_EQ(error_of(R"({"schema": "daris.sweep", "version": 7, "name": "s"})"),
            "r.json: schema: \"daris.sweep\" is another kind of document; \"daris.report\" is needed");
  EXPECT_EQ(error_of(R"({"schema": "daris.report", "version": 2, "name": "s"})"),
            "r.json: version: 2 is another version; 1 is needed");
}

TEST(Schema, RefusesASchemaThatIsNone) {
  const Status status = validate_document(Json::parse(R"({"type": 7})"), Json::object(), "some.json");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("schema"));
}

TEST(Schema, ThoseOfAllDocumentsAreBuiltIn) {
  EXPECT_GE(all_schemas().size(), 9U);
  for (const Schema& schema : all_schemas()) {
    const Json parsed = Json::parse(schema_text(schema.name), nullptr, false);
    ASSERT_FALSE(parsed.is_discarded()) << schema.name;
    EXPECT_EQ(parsed.at("title").get<std::string>(), schema.title);
  }
  EXPECT_TRUE(schema_text("daris.nothing").empty());
}

}  // namespace
}  // namespace daris
