// Reads a document field by field, with messages that name file, place, value and what would be right:
//
//   task-set.json: tasks[2].period_ms: -3 is out of range; a number above 0 is needed
//
// A document remembers its first error. Reading goes on with zeros and empty strings, so that the code that
// reads is a straight line. At its end that code asks status() before it trusts anything that it read.
//
// Ownership: JsonObject points into its JsonDocument, which must outlive it. Threads: one caller at a time
// for a document.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/json/parse.h"
#include "base/json/range.h"
#include "base/named_value.h"
#include "base/result.h"

namespace daris {

using JsonKeys = std::initializer_list<std::string_view>;

// The number of entries that an array may have.
struct CountRange {
  std::size_t min = 0;
  std::size_t max = 1'000'000;
};

class JsonObject;

class JsonDocument {
 public:
  // Errors: those of parse_json(); a document that is not an object.
  [[nodiscard]] static Result<JsonDocument> parse(std::string_view text, const std::string& origin,
                                                  JsonOrigin kind = JsonOrigin::kFile);

  // The outermost object. It must have `schema` and `version` as given, and may have no other keys than
  // `keys`.
  [[nodiscard]] JsonObject root(std::string_view schema, std::int64_t version, JsonKeys keys);
  // The outermost object of a document without a head of its own, such as one line of a log.
  [[nodiscard]] JsonObject root_without_head(JsonKeys keys);
  [[nodiscard]] JsonObject root_without_head(std::span<const std::string_view> keys);

  JsonDocument(JsonDocument&& other) noexcept;
  JsonDocument& operator=(JsonDocument&& other) noexcept;
  ~JsonDocument();

  // The first error that was found.
  [[nodiscard]] const Status& status() const;
  [[nodiscard]] const std::string& origin() const;

 private:
  friend class JsonObject;
  struct State;
  explicit JsonDocument(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;  // on the heap, so that a document can be moved while objects point into it
};

// One object of a document. text(), integer() and so on read required fields. The functions that begin with
// "optional_" return nullopt if the field is absent or null. Those that end with "_or" return the default if
// it is absent; null is an error to them.
class JsonObject {
 public:
  [[nodiscard]] bool has(std::string_view key) const;  // present, and not null
  [[nodiscard]] std::string path(std::string_view key = {}) const;

  // Records an error at `key`, or at the object itself if `key` is empty. `problem`: "-3 is out of range;
  // ...".
  void fail(std::string_view key, const std::string& problem) const;

  // Strings have from 1 to 65536 bytes, unless said otherwise.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string text_or_empty(std::string_view key) const;  // required, but may be ""
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, CountRange count) const;

  [[nodiscard]] bool boolean_or(std::string_view key, bool otherwise) const;
  [[nodiscard]] bool boolean(std::string_view key) const;

  // Of a number out of range these return the nearest one in it, beside the error. So whoever goes on reading
  // may convert it.
  [[nodiscard]] double number(std::string_view key, const NumberRange& range) const;
  [[nodiscard]] double number_or(std::string_view key, const NumberRange& range, double otherwise) const;
  [[nodiscard]] std::optional<double> optional_number(std::string_view key, const NumberRange& range) const;

  // A number without a fraction counts as whole, however it is written: 3, 3.0, 3e0.
  [[nodiscard]] std::int64_t integer(std::string_view key, const IntegerRange& range) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view key, const IntegerRange& range,
                                        std::int64_t otherwise) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view key,
                                                             const IntegerRange& range) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key, CountRange count,
                                                   const IntegerRange& range) const;
  // An array of arrays of integers.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> integer_rows(std::string_view key, CountRange rows,
                                                                    CountRange count,
                                                                    const IntegerRange& range) const;

  // The value whose name the field has. An unknown name is an error; its message has the nearest known one.
  template <typename Enum, std::size_t kCount>
  [[nodiscard]] Enum choice(std::string_view key, const NameTable<Enum, kCount>& table) const {
    return table[choice_index(key, names_of(table))].value;
  }
  template <typename Enum, std::size_t kCount>
  [[nodiscard]] Enum choice_or(std::string_view key, const NameTable<Enum, kCount>& table,
                               Enum otherwise) const {
    return find(key) == nullptr ? otherwise : choice(key, table);
  }

  // Objects inside this one, with the keys that they may have. A required object that is missing reads as an
  // empty one.
  [[nodiscard]] JsonObject object(std::string_view key, JsonKeys keys) const;
  [[nodiscard]] std::optional<JsonObject> optional_object(std::string_view key, JsonKeys keys) const;
  [[nodiscard]] std::vector<JsonObject> objects(std::string_view key, CountRange count, JsonKeys keys) const;
  [[nodiscard]] std::vector<JsonObject> objects(std::string_view key, CountRange count,
                                                std::span<const std::string_view> keys) const;
  // An array of arrays of objects.
  [[nodiscard]] std::vector<std::vector<JsonObject>> object_rows(std::string_view key, CountRange rows,
                                                                 CountRange count, JsonKeys keys) const;

  // The value as it is written, for fields without a fixed shape. Null pointer if the field is absent.
  [[nodiscard]] const Json* find(std::string_view key) const;

 private:
  friend class JsonDocument;
  // The place of a value in this object. Its text is made only for a message.
  struct Place {
    std::string_view key;
    std::optional<std::size_t> row = std::nullopt;
    std::optional<std::size_t> column = std::nullopt;
  };

  JsonObject(JsonDocument::State& document, const Json& value, std::string path)
      : document_(&document), value_(&value), path_(std::move(path)) {}

  template <typename Enum, std::size_t kCount>
  [[nodiscard]] static std::array<std::string_view, kCount> names_of(const NameTable<Enum, kCount>& table) {
    std::array<std::string_view, kCount> names;
    for (std::size_t i = 0; i < kCount; ++i) names[i] = table[i].name;
    return names;
  }

  [[nodiscard]] std::string path_of(const Place& place) const;
  void fail_at(const Place& place, const std::string& problem) const;
  void check_keys(std::span<const std::string_view> keys) const;

  // A field that must be there. If it is not, records an error and returns a null pointer.
  [[nodiscard]] const Json* require(std::string_view key) const;
  [[nodiscard]] const Json* require_array(std::string_view key, CountRange count) const;
  [[nodiscard]] bool check_array(const Json& value, const Place& place, CountRange count) const;

  [[nodiscard]] std::size_t choice_index(std::string_view key, std::span<const std::string_view> names) const;
  [[nodiscard]] std::string text_at(const Json& value, const Place& place, std::size_t bytes_min) const;
  [[nodiscard]] double number_at(const Json& value, const Place& place, const NumberRange& range) const;
  [[nodiscard]] std::int64_t integer_at(const Json& value, const Place& place,
                                        const IntegerRange& range) const;
  [[nodiscard]] JsonObject object_at(const Json& value, const Place& place,
                                     std::span<const std::string_view> keys) const;

  JsonDocument::State* document_;
  const Json* value_;
  std::string path_;
};

}  // namespace daris
