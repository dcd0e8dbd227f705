#include "base/json/reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "base/nearest_name.h"
#include "base/number_text.h"

namespace daris {
namespace {

constexpr std::size_t kTextBytesMax = 65536;
constexpr std::size_t kShownBytesMax = 60;  // of a value in a message

// Cuts a text for a message, not inside a UTF-8 character.
std::string shortened(std::string text) {
  if (text.size() <= kShownBytesMax) return text;
  std::size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

// A text in quotes, with control characters escaped as in JSON.
std::string in_quotes(std::string_view text) { return write_json_line(Json(shortened(std::string(text)))); }

// Shows a value in a message. If it is an object or an array, only its type is shown.
std::string shown(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  return shortened(write_json_line(value));
}

std::string needed(const Json& value, const std::string& words) {
  return shown(value) + " is wrong; " + words + " is needed";
}

std::string out_of_range(const Json& value, const std::string& words) {
  return shown(value) + " is out of range; " + words + " is needed";
}

std::string joined(std::span<const std::string_view> names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i)
    list += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + in_quotes(names[i]);
  return list;
}

std::string entries(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

// The number as an integer; nullopt if it is none, or does not fit.
std::optional<std::int64_t> whole(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (!std::in_range<std::int64_t>(number)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  const double number = value.get<double>();
  if (std::floor(number) != number || std::abs(number) > kExactMax) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::span<const std::string_view> span_of(JsonKeys keys) { return {keys.begin(), keys.end()}; }

// A missing object reads as this one.
const Json& empty_object() {
  static const Json empty = Json::object();
  return empty;
}

}  // namespace

struct JsonDocument::State {
  std::string origin;
  Json value;
  Status status;
};

JsonDocument::JsonDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonDocument::JsonDocument(JsonDocument&& other) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&& other) noexcept = default;
JsonDocument::~JsonDocument() = default;

const Status& JsonDocument::status() const { return state_->status; }
const std::string& JsonDocument::origin() const { return state_->origin; }

Result<JsonDocument> JsonDocument::parse(std::string_view text, const std::string& origin, JsonOrigin kind) {
  DARIS_TRY_ASSIGN(Json value, parse_json(text, origin, kind));
  if (!value.is_object()) return Error{origin + ": " + needed(value, "an object")};
  return JsonDocument(std::make_unique<State>(State{origin, std::move(value), {}}));
}

JsonObject JsonDocument::root(std::string_view schema, std::int64_t version, JsonKeys keys) {
  JsonObject head(*state_, state_->value, "");
  // If the document is of another kind, this says more than all its unknown keys.
  const std::string found = head.text("schema");
  if (found != schema)
    head.fail("schema",
              in_quotes(found) + " is another kind of document; " + in_quotes(schema) + " is needed");
  const std::int64_t found_version = head.integer("version", {});
  if (found_version != version)
    head.fail("version", std::to_string(found_version) + " is not known; this program reads version " +
                             std::to_string(version));
  std::vector<std::string_view> known = {"schema", "version"};
  known.insert(known.end(), keys.begin(), keys.end());
  head.check_keys(known);
  return head;
}

JsonObject JsonDocument::root_without_head(JsonKeys keys) { return root_without_head(span_of(keys)); }

JsonObject JsonDocument::root_without_head(std::span<const std::string_view> keys) {
  JsonObject object(*state_, state_->value, "");
  object.check_keys(keys);
  return object;
}

std::string JsonObject::path_of(const Place& place) const {
  std::string path = path_;
  if (!path.empty() && !place.key.empty()) path += '.';
  path += place.key;
  for (const std::optional<std::size_t>& index : {place.row, place.column})
    if (index) path += "[" + std::to_string(*index) + "]";
  return path;
}

std::string JsonObject::path(std::string_view key) const { return path_of({key}); }

void JsonObject::fail_at(const Place& place, const std::string& problem) const {
  if (!document_->status.ok()) return;
  const std::string path = path_of(place);
  document_->status = Error{document_->origin + ": " + (path.empty() ? "" : path + ": ") + problem};
}

void JsonObject::fail(std::string_view key, const std::string& problem) const { fail_at({key}, problem); }

void JsonObject::check_keys(std::span<const std::string_view> keys) const {
  for (auto entry = value_->begin(); entry != value_->end(); ++entry) {
    if (std::find(keys.begin(), keys.end(), entry.key()) != keys.end()) continue;
    const std::string key = shortened(entry.key());
    return fail({}, "unknown key " + in_quotes(key) + "; " + did_you_mean(key, keys));
  }
}

const Json* JsonObject::find(std::string_view key) const {
  const auto found = value_->find(std::string(key));
  return found == value_->end() ? nullptr : &*found;
}

bool JsonObject::has(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && !value->is_null();
}

const Json* JsonObject::require(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) fail({}, in_quotes(key) + " is missing");
  return value;
}

std::string JsonObject::text_at(const Json& value, const Place& place, std::size_t bytes_min) const {
  if (!value.is_string()) {
    fail_at(place, needed(value, "a string"));
    return {};
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < bytes_min) fail_at(place, "is empty; a string with something in it is needed");
  if (text.size() > kTextBytesMax)
    fail_at(place, "has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kTextBytesMax) +
                       " are read");
  return text;
}

std::string JsonObject::text(std::string_view key) const {
  const Json* value = require(key);
  return value == nullptr ? std::string() : text_at(*value, {key}, 1);
}

std::string JsonObject::text_or_empty(std::string_view key) const {
  const Json* value = require(key);
  return value == nullptr ? std::string() : text_at(*value, {key}, 0);
}

std::optional<std::string> JsonObject::optional_text(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return text_at(*find(key), {key}, 1);
}

std::vector<std::string> JsonObject::texts(std::string_view key, CountRange count) const {
  std::vector<std::string> texts;
  const Json* array = require_array(key, count);
  if (array == nullptr) return texts;
  for (const Json& value : *array) texts.push_back(text_at(value, {key, texts.size()}, 1));
  return texts;
}

bool JsonObject::boolean(std::string_view key) const {
  const Json* value = require(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) {
    fail(key, needed(*value, "true or false"));
    return false;
  }
  return value->get<bool>();
}

bool JsonObject::boolean_or(std::string_view key, bool otherwise) const {
  return find(key) == nullptr ? otherwise : boolean(key);
}

double JsonObject::number_at(const Json& value, const Place& place, const NumberRange& range) const {
  if (!value.is_number()) {
    fail_at(place, needed(value, range.words()));
    return 0;
  }
  const auto number = value.get<double>();
  if (!range.contains(number)) fail_at(place, out_of_range(value, range.words()));
  return std::clamp(number, range.min, range.max);
}

double JsonObject::number(std::string_view key, const NumberRange& range) const {
  const Json* value = require(key);
  return value == nullptr ? 0 : number_at(*value, {key}, range);
}

double JsonObject::number_or(std::string_view key, const NumberRange& range, double otherwise) const {
  return find(key) == nullptr ? otherwise : number(key, range);
}

std::optional<double> JsonObject::optional_number(std::string_view key, const NumberRange& range) const {
  if (!has(key)) return std::nullopt;
  return number_at(*find(key), {key}, range);
}

std::int64_t JsonObject::integer_at(const Json& value, const Place& place, const IntegerRange& range) const {
  const std::optional<std::int64_t> number = whole(value);
  if (number && range.contains(*number)) return *number;
  const bool off_the_range = value.is_number_integer() || number;
  fail_at(place, off_the_range ? out_of_range(value, range.words()) : needed(value, range.words()));
  return 0;
}

std::int64_t JsonObject::integer(std::string_view key, const IntegerRange& range) const {
  const Json* value = require(key);
  return value == nullptr ? 0 : integer_at(*value, {key}, range);
}

std::int64_t JsonObject::integer_or(std::string_view key, const IntegerRange& range,
                                    std::int64_t otherwise) const {
  return find(key) == nullptr ? otherwise : integer(key, range);
}

std::optional<std::int64_t> JsonObject::optional_integer(std::string_view key,
                                                         const IntegerRange& range) const {
  if (!has(key)) return std::nullopt;
  return integer_at(*find(key), {key}, range);
}

std::vector<std::int64_t> JsonObject::integers(std::string_view key, CountRange count,
                                               const IntegerRange& range) const {
  std::vector<std::int64_t> numbers;
  const Json* array = require_array(key, count);
  if (array == nullptr) return numbers;
  for (const Json& value : *array) numbers.push_back(integer_at(value, {key, numbers.size()}, range));
  return numbers;
}

std::vector<std::vector<std::int64_t>> JsonObject::integer_rows(std::string_view key, CountRange rows,
                                                                CountRange count,
                                                                const IntegerRange& range) const {
  std::vector<std::vector<std::int64_t>> table;
  const Json* array = require_array(key, rows);
  if (array == nullptr) return table;
  for (const Json& row : *array) {
    const std::size_t index = table.size();
    std::vector<std::int64_t>& numbers = table.emplace_back();
    if (!check_array(row, {key, index}, count)) continue;
    for (const Json& value : row) numbers.push_back(integer_at(value, {key, index, numbers.size()}, range));
  }
  return table;
}

std::size_t JsonObject::choice_index(std::string_view key, std::span<const std::string_view> names) const {
  const std::string name = text(key);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  fail(key, in_quotes(name) + " is not known; " + did_you_mean(shortened(name), names) + " " + joined(names) +
                " is needed");
  return 0;
}

bool JsonObject::check_array(const Json& value, const Place& place, CountRange count) const {
  if (!value.is_array()) {
    fail_at(place, needed(value, "an array"));
    return false;
  }
  if (value.size() >= count.min && value.size() <= count.max) return true;
  const std::string wanted = value.size() < count.min ? "at least " + std::to_string(count.min)
                                                      : "at most " + std::to_string(count.max);
  fail_at(place, "has " + entries(value.size()) + "; " + wanted +
                     (count.min == count.max ? " and no other number" : "") + " is needed");
  return false;
}

const Json* JsonObject::require_array(std::string_view key, CountRange count) const {
  const Json* value = require(key);
  return value != nullptr && check_array(*value, {key}, count) ? value : nullptr;
}

JsonObject JsonObject::object_at(const Json& value, const Place& place,
                                 std::span<const std::string_view> keys) const {
  if (!value.is_object()) {
    fail_at(place, needed(value, "an object"));
    return JsonObject(*document_, empty_object(), path_of(place));
  }
  JsonObject object(*document_, value, path_of(place));
  object.check_keys(keys);
  return object;
}

JsonObject JsonObject::object(std::string_view key, JsonKeys keys) const {
  const Json* value = require(key);
  return object_at(value == nullptr ? empty_object() : *value, {key}, span_of(keys));
}

std::optional<JsonObject> JsonObject::optional_object(std::string_view key, JsonKeys keys) const {
  if (!has(key)) return std::nullopt;
  return object_at(*find(key), {key}, span_of(keys));
}

std::vector<JsonObject> JsonObject::objects(std::string_view key, CountRange count, JsonKeys keys) const {
  return objects(key, count, span_of(keys));
}

std::vector<JsonObject> JsonObject::objects(std::string_view key, CountRange count,
                                            std::span<const std::string_view> keys) const {
  std::vector<JsonObject> objects;
  const Json* array = require_array(key, count);
  if (array == nullptr) return objects;
  for (const Json& value : *array) objects.push_back(object_at(value, {key, objects.size()}, keys));
  return objects;
}

std::vector<std::vector<JsonObject>> JsonObject::object_rows(std::string_view key, CountRange rows,
                                                             CountRange count, JsonKeys keys) const {
  std::vector<std::vector<JsonObject>> table;
  const Json* array = require_array(key, rows);
  if (array == nullptr) return table;
  for (const Json& row : *array) {
    const std::size_t index = table.size();
    std::vector<JsonObject>& objects = table.emplace_back();
    if (!check_array(row, {key, index}, count)) continue;
    for (const Json& value : row)
      objects.push_back(object_at(value, {key, index, objects.size()}, span_of(keys)));
  }
  return table;
}

}  // namespace daris
