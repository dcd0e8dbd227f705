#include "base/json/schema.h"

// Without this macro the library aborts instead of throwing.
#define VALIJSON_USE_EXCEPTIONS 1

#include <cstdint>
#include <exception>
#include <limits>
#include <string_view>
#include <vector>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/json/json.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

// Follows a local reference ("#/definitions/point").
const Json& resolve(const Json& schema, const Json& part) {
  const auto reference = part.find("$ref");
  return reference == part.end() ? part
                                 : schema.at(Json::json_pointer(reference->get<std::string>().substr(1)));
}

Status unknown_key(const Json& properties, const std::string& key, const std::string& place) {
  std::string message = place + ": unknown key \"" + key + "\"";
  const auto key_of = [](const auto& property) -> const std::string& { return property.key(); };
  if (!properties.empty()) message += "; " + did_you_mean(key, properties.items(), key_of);
  return Error{message};
}

// The validator only says that a key is wrong; a person wants to know which key is meant.
Status check_keys(const Json& schema, const Json& unresolved, const Json& document,
                  const std::string& place) {
  const Json& part = resolve(schema, unresolved);
  if (document.is_array() && part.contains("items")) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      DARIS_TRY(check_keys(schema, part["items"], document[i], place + "[" + std::to_string(i) + "]"));
    }
  }
  if (!document.is_object() || !part.contains("properties")) return {};
  const Json& properties = part["properties"];
  const bool closed = part.contains("additionalProperties") && part["additionalProperties"] == false;
  for (const auto& [key, value] : document.items()) {
    if (!properties.contains(key)) {
      if (closed) return unknown_key(properties, key, place);
      continue;
    }
    DARIS_TRY(check_keys(schema, properties[key], value, place + "." + key));
  }
  return {};
}

// The validator reads integers as signed. A larger one, such as a seed, becomes the largest signed integer.
void make_signed(nlohmann::json& value) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMost}) value = kMost;
  if (!value.is_structured()) return;
  for (nlohmann::json& part : value) make_signed(part);
}

Status validate(const Json& schema, const Json& document, const std::string& origin) {
  const nlohmann::json schema_copy(schema);
  nlohmann::json document_copy(document);
  make_signed(document_copy);
  valijson::Schema parsed;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_copy), parsed);
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document_copy), &results)) return {};
  // One mistake is an error at every level around it; the deepest one says most.
  valijson::ValidationResults::Error error;
  valijson::ValidationResults::Error next;
  while (results.popError(next)) {
    if (next.context.size() > error.context.size()) error = next;
  }
  std::string place;
  for (const std::string& part : error.context) place += part == "<root>" ? "" : part;
  return Error{origin + ": " + (place.empty() ? "the document" : place) + ": " + error.description};
}

// Whatever else a document of another kind or version breaks, a person wants to know that it is one.
Status check_kind(const Json& schema, const Json& document, const std::string& origin) {
  for (const char* const key : {"schema", "version"}) {
    const Json rule = schema.value("properties", Json::object()).value(key, Json::object());
    const Json needed = rule.value("const", rule.value("enum", Json::array({nullptr}))[0]);
    if (needed.is_null() || !document.is_object() || !document.contains(key) || document[key] == needed)
      continue;
    return Error{origin + ": " + key + ": " + document[key].dump() + " is another " +
                 (key == std::string_view("schema") ? "kind of document" : "version") + "; " + needed.dump() +
                 " is needed"};
  }
  return {};
}

}  // namespace

Status validate_document(const Json& schema, const Json& document, const std::string& origin) {
  DARIS_TRY(check_kind(schema, document, origin));
  try {
    Status status = validate(schema, document, origin);
    if (status.ok()) return status;
    DARIS_TRY(check_keys(schema, schema, document, origin));
    return status;
  } catch (const std::exception& error) {  // the library throws if the schema is not valid
    return Error{origin + ": the schema can't be used: " + error.what()};
  }
}

}  // namespace daris
