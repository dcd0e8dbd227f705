#include "base/json/parse.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/json/json.h"

namespace daris {
namespace {

// The message of nlohmann begins with an error number and a position of its own; ours has the position
// already. Raw control characters would break the line.
std::string reason_of(const nlohmann::detail::exception& exception) {
  std::string reason = exception.what();
  for (const std::string_view marker : {"column ", "] "}) {
    const std::size_t at = reason.find(marker);
    if (at == std::string::npos) continue;
    const std::size_t colon = marker == "] " ? at : reason.find(": ", at);
    if (colon != std::string::npos) reason.erase(0, colon + 2);
    break;
  }
  std::replace_if(
      reason.begin(), reason.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return reason;
}

// "LINE:COLUMN" of the byte before `position`; the parser has read up to there. Of a line: "COLUMN".
std::string place_of(std::string_view text, std::size_t position, JsonOrigin kind) {
  const std::string_view before = text.substr(0, std::min(position == 0 ? 0 : position - 1, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string column = std::to_string(before.size() - line_begin + 1);
  return kind == JsonOrigin::kLine ? column : std::to_string(line) + ":" + column;
}

// Builds the value and stops at the first error. The parser calls it in the order of the text.
class JsonBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit JsonBuilder(const JsonListener* listener) : listener_(listener) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return stop("binary data is no JSON"); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Json& object = *open_.back();
    if (object.size() >= kJsonKeysMax)
      return stop("an object has more than " + std::to_string(kJsonKeysMax) + " keys");
    if (object.contains(name)) return stop("key \"" + name + "\" stands twice in one object");
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    position_ = position;
    return stop(reason_of(exception));
  }

  [[nodiscard]] Json take() { return std::move(root_); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  // The reason quotes the input, and a single word of that may be megabytes long.
  bool stop(std::string reason) {
    constexpr std::size_t kReasonMax = 240;
    if (reason.size() > kReasonMax) reason.replace(kReasonMax, std::string::npos, "...");
    if (reason_.empty()) reason_ = std::move(reason);
    return false;
  }

  // Adds `value` and returns its place. Each open container is the last element of the one around it, so that
  // adding to one never moves another.
  template <typename Value>
  Json& place(Value&& value) {
    if (open_.empty()) return root_ = Json(std::forward<Value>(value));
    Json& parent = *open_.back();
    if (parent.is_array()) return parent.emplace_back(std::forward<Value>(value));
    return parent[key_] = Json(std::forward<Value>(value));
  }

  template <typename Value>
  bool put(Value&& value) {
    place(std::forward<Value>(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() >= kJsonDepthMax)
      return stop("objects and arrays lie more than " + std::to_string(kJsonDepthMax) + " deep");
    Json& placed = place(std::move(container));
    if (listener_ != nullptr && open_.size() == 1 && placed.is_array() && key_ == listener_->list)
      heard_ = &placed;
    open_.push_back(&placed);
    return true;
  }

  bool close() {
    if (open_.back() == heard_) heard_ = nullptr;  // the next key may move the list
    open_.pop_back();
    if (heard_ != nullptr && open_.back() == heard_) listener_->element_read(root_);
    return true;
  }

  const JsonListener* listener_;
  Json* heard_ = nullptr;  // the list while it is open

  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  std::string reason_;
  std::size_t position_ = 0;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& origin, JsonOrigin kind,
                        const JsonListener* listener) {
  JsonBuilder builder(listener);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return builder.take();
  // Only a syntax error has a position.
  const std::string place = builder.position() > 0 ? ":" + place_of(text, builder.position(), kind) : "";
  return Error{origin + place + ": not valid JSON: " + builder.reason()};
}

}  // namespace daris
