#include "drive/injection_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "base/duration_ms.h"
#include "base/json/reader.h"
#include "base/named_value.h"

namespace daris {
namespace {

enum class Kind { kEstimates, kContextLost, kSlowdown, kLateReleases };

constexpr NameTable<Kind, 4> kKinds{{{"estimates", Kind::kEstimates},
                                     {"context_lost", Kind::kContextLost},
                                     {"slowdown", Kind::kSlowdown},
                                     {"late_releases", Kind::kLateReleases}}};

constexpr std::size_t kDisturbancesMax = 1000;
constexpr NumberRange kFactor{.min = 0, .max = 1000, .above_min = true};
constexpr NumberRange kInstantMs{.min = 0, .max = 1e9};
constexpr NumberRange kByMs{.min = 0, .max = 1e6, .above_min = true};
constexpr IntegerRange kContext{.min = 0, .max = 1023};

// The kinds that a field belongs to.
struct Field {
  std::string_view key;
  std::array<bool, 4> of_kind;
};
constexpr std::array<Field, 7> kFields{{{"factor", {true, false, true, false}},
                                        {"models", {true, false, false, false}},
                                        {"context", {false, true, true, false}},
                                        {"at_ms", {false, true, false, false}},
                                        {"from_ms", {false, false, true, true}},
                                        {"until_ms", {false, false, true, true}},
                                        {"by_ms", {false, false, false, true}}}};

class InjectionReader {
 public:
  explicit InjectionReader(JsonDocument& document) : document_(document) {}

  Result<Injection> read() {
    const JsonObject root = document_.root("daris.injection", 1, {"disturbances"});
    injection_.name = document_.origin();
    for (const JsonObject& object :
         root.objects("disturbances", {.min = 1, .max = kDisturbancesMax},
                      {"kind", "factor", "models", "context", "at_ms", "from_ms", "until_ms", "by_ms"}))
      read_disturbance(object);
    if (!document_.status().ok()) return document_.status().error();
    std::sort(injection_.losses.begin(), injection_.losses.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.at, a.context) < std::tuple(b.at, b.context);
    });
    return std::move(injection_);
  }

 private:
  void read_disturbance(const JsonObject& object) {
    const Kind kind = object.choice("kind", kKinds);
    for (const Field& field : kFields) {
      if (field.of_kind[static_cast<std::size_t>(kind)] || !object.has(field.key)) continue;
      return object.fail(field.key,
                         fmt::format("is no field of a disturbance of kind \"{}\"", name_in(kKinds, kind)));
    }
    switch (kind) {
      case Kind::kEstimates: return read_estimates(object);
      case Kind::kContextLost: return read_loss(object);
      case Kind::kSlowdown: return read_slowdown(object);
      case Kind::kLateReleases: return read_late_releases(object);
    }
  }

  void read_estimates(const JsonObject& object) {
    WrongEstimates wrong{object.number("factor", kFactor), {}};
    if (object.has("models")) wrong.models = object.texts("models", {.min = 1});
    injection_.estimates.push_back(std::move(wrong));
  }

  void read_loss(const JsonObject& object) {
    const ContextId context(static_cast<std::uint32_t>(object.integer("context", kContext)));
    const auto is_here = [&](const ContextLoss& loss) { return loss.context == context; };
    if (std::any_of(injection_.losses.begin(), injection_.losses.end(), is_here))
      object.fail("context", fmt::format("{} is lost twice; a context is lost once", context.value()));
    injection_.losses.push_back({instant(object, "at_ms"), context});
  }

  void read_slowdown(const JsonObject& object) {
    Slowdown slowdown{instant(object, "from_ms"), instant(object, "until_ms"),
                      object.number("factor", kFactor), std::nullopt};
    if (const auto context = object.optional_integer("context", kContext))
      slowdown.context = ContextId(static_cast<std::uint32_t>(*context));
    check_window(object, slowdown.from, slowdown.until);
    injection_.slowdowns.push_back(slowdown);
  }

  void read_late_releases(const JsonObject& object) {
    LateReleases late{instant(object, "from_ms"), instant(object, "until_ms"), std::nullopt};
    if (const auto by_ms = object.optional_number("by_ms", kByMs)) late.by = rounded(*by_ms, kByMs);
    check_window(object, late.from, late.until);
    injection_.late_releases.push_back(late);
  }

  // A value out of range is an error already. It must only not break the conversion.
  static Duration rounded(double ms, const NumberRange& range) {
    return range.contains(ms) ? duration_of_ms(ms) : Duration();
  }

  static Time instant(const JsonObject& object, std::string_view key) {
    return Time() + rounded(object.number(key, kInstantMs), kInstantMs);
  }

  static void check_window(const JsonObject& object, Time from, Time until) {
    if (from >= until) object.fail("until_ms", "is not later than \"from_ms\"");
  }

  JsonDocument& document_;
  Injection injection_;
};

}  // namespace

Result<Injection> parse_injection(const std::string& text, const std::string& origin) {
  Result<JsonDocument> document = JsonDocument::parse(text, origin);
  if (!document.ok()) return document.error();
  return InjectionReader(document.value()).read();
}

}  // namespace daris
