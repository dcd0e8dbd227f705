#include "policy/switches.h"

#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/nearest_name.h"

namespace daris {
namespace {

constexpr std::size_t kBoundDecimalsMax = 9;
constexpr std::int64_t kBoundMin = kPartsPerWhole / 100;
constexpr std::int64_t kBoundMax = 10 * kPartsPerWhole;
constexpr std::uint32_t kWindowMax = 1000;
constexpr std::uint32_t kInstancesMax = 1024;
constexpr std::uint32_t kQueueDelayMaxUs = 1'000'000;
constexpr std::int64_t kNsPerUs = 1000;

// Reads one switch from text and writes it to text. parse() returns false if the text is not a value of the
// switch.
struct SwitchAccess {
  SwitchInfo info;
  bool (*parse)(PolicySwitches&, std::string_view);
  std::string (*write)(const PolicySwitches&);
};

template <bool PolicySwitches::*kMember>
bool parse_bool(PolicySwitches& switches, std::string_view text) {
  const bool on = text == "on" || text == "true";
  if (!on && text != "off" && text != "false") return false;
  switches.*kMember = on;
  return true;
}

template <bool PolicySwitches::*kMember>
std::string write_bool(const PolicySwitches& switches) {
  return switches.*kMember ? "on" : "off";
}

template <typename Choice>
struct NamedChoice {
  std::string_view name;
  Choice choice;
};
constexpr std::array<NamedChoice<Estimator>, 2> kEstimators{
    {{"mret", Estimator::kMret}, {"afet", Estimator::kAfet}}};
constexpr std::array<NamedChoice<Admission>, 3> kAdmissions{{{"consistent", Admission::kConsistent},
                                                             {"published", Admission::kPublished},
                                                             {"none", Admission::kNone}}};
constexpr std::array<NamedChoice<BatchWait>, 2> kBatchWaits{
    {{"none", BatchWait::kNone}, {"latest", BatchWait::kLatest}}};
constexpr std::array<NamedChoice<BatchOrder>, 2> kBatchOrders{
    {{"urgency", BatchOrder::kUrgency}, {"level", BatchOrder::kLevel}}};
constexpr std::array<NamedChoice<Binding>, 2> kBindings{{{"late", Binding::kLate}, {"home", Binding::kHome}}};
constexpr std::array<NamedChoice<Prediction>, 2> kPredictions{
    {{"list", Prediction::kList}, {"work", Prediction::kWork}}};
constexpr std::array<NamedChoice<Ahead>, 3> kAheads{
    {{"latest_start", Ahead::kLatestStart}, {"deadline", Ahead::kDeadline}, {"off", Ahead::kOff}}};
constexpr std::array<NamedChoice<BatchSize>, 2> kBatchSizes{
    {{"rate", BatchSize::kRate}, {"most", BatchSize::kMost}}};
constexpr std::array<NamedChoice<Pace>, 2> kPaces{{{"order", Pace::kOrder}, {"time", Pace::kTime}}};

template <auto kMember, const auto& kChoices>
bool parse_choice(PolicySwitches& switches, std::string_view text) {
  for (const auto& named : kChoices) {
    if (named.name != text) continue;
    switches.*kMember = named.choice;
    return true;
  }
  return false;
}

template <auto kMember, const auto& kChoices>
std::string write_choice(const PolicySwitches& switches) {
  for (const auto& named : kChoices) {
    if (named.choice == switches.*kMember) return std::string(named.name);
  }
  DARIS_CHECK(false);
}

// Reads digits only, without a sign. Returns nullopt if `text` is anything else, or above `max`.
std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t max) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count > max) return std::nullopt;
  return count;
}

bool parse_instances(PolicySwitches& switches, std::string_view text) {
  const std::optional<std::uint32_t> count = text == "all" ? kInstancesAll : parse_count(text, kInstancesMax);
  if (!count || (*count == kInstancesAll && text != "all")) return false;
  switches.instances = *count;
  return true;
}

std::string write_instances(const PolicySwitches& switches) {
  return switches.instances == kInstancesAll ? "all" : std::to_string(switches.instances);
}

bool parse_queue_delay(PolicySwitches& switches, std::string_view text) {
  const std::optional<std::uint32_t> count = parse_count(text, kQueueDelayMaxUs);
  if (!count) return false;
  switches.queue_delay = Duration::from_ns(*count * kNsPerUs);
  return true;
}

std::string write_queue_delay(const PolicySwitches& switches) {
  return std::to_string(switches.queue_delay.ns() / kNsPerUs);
}

constexpr std::size_t kReserveLevelsMax = 8;
constexpr std::uint32_t kReserveMax = 1023;

// Numbers with commas between; "0" keeps none.
bool parse_reserve(PolicySwitches& switches, std::string_view text) {
  std::vector<std::uint32_t> reserve;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::optional<std::uint32_t> slots = parse_count(text.substr(0, comma), kReserveMax);
    if (!slots || reserve.size() == kReserveLevelsMax) return false;
    reserve.push_back(*slots);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  while (!reserve.empty() && reserve.back() == 0) reserve.pop_back();
  switches.reserve = std::move(reserve);
  return true;
}

std::string write_reserve(const PolicySwitches& switches) {
  std::string text;
  for (const std::uint32_t slots : switches.reserve) {
    if (!text.empty()) text += ',';
    text += std::to_string(slots);
  }
  return text.empty() ? "0" : text;
}

bool parse_window(PolicySwitches& switches, std::string_view text) {
  const std::optional<std::uint32_t> window = parse_count(text, kWindowMax);
  if (!window || *window < 1) return false;
  switches.window = *window;
  return true;
}

std::string write_window(const PolicySwitches& switches) { return std::to_string(switches.window); }

// Reads digits only, without a sign. Returns nullopt if `text` is empty or too long for any bound.
std::optional<std::int64_t> parse_digits(std::string_view text) {
  if (text.empty() || text.size() > kBoundDecimalsMax) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

// Converts decimal text to parts per 10^9 without ever being a float, so that every machine reads the same
// bound.
bool parse_bound(PolicySwitches& switches, std::string_view text) {
  const std::size_t point = text.find('.');
  std::string decimals(point == std::string_view::npos ? "0" : text.substr(point + 1));
  if (decimals.size() < kBoundDecimalsMax && !decimals.empty()) decimals.resize(kBoundDecimalsMax, '0');
  const std::optional<std::int64_t> whole = parse_digits(text.substr(0, point));
  const std::optional<std::int64_t> parts = parse_digits(decimals);
  if (!whole || !parts) return false;
  const std::int64_t bound = *whole * kPartsPerWhole + *parts;
  if (bound < kBoundMin || bound > kBoundMax) return false;
  switches.bound_ppb = bound;
  return true;
}

std::string write_bound(const PolicySwitches& switches) {
  std::string text = std::to_string(switches.bound_ppb / kPartsPerWhole);
  const std::int64_t parts = switches.bound_ppb % kPartsPerWhole;
  if (parts == 0) return text;
  const std::string decimals = std::to_string(parts);
  text += '.';
  text.append(kBoundDecimalsMax - decimals.size(), '0');
  text += decimals;
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

template <bool PolicySwitches::*kMember>
constexpr SwitchAccess on_off(std::string_view key, std::string_view summary) {
  return {{key, "on|off", summary}, parse_bool<kMember>, write_bool<kMember>};
}

template <auto kMember, const auto& kChoices>
constexpr SwitchAccess choice_of(std::string_view key, std::string_view values, std::string_view summary) {
  return {{key, values, summary}, parse_choice<kMember, kChoices>, write_choice<kMember, kChoices>};
}

constexpr std::size_t kFirstSwitches = 12;  // that version 0.1.0 knew; they come first
constexpr std::array<SwitchAccess, 32> kSwitches{{
    on_off<&PolicySwitches::staging>("staging",
                                     "decide anew between stages; off: the whole model is one stage"),
    on_off<&PolicySwitches::last_class>("last_class", "a job's last stage goes before others of its level"),
    on_off<&PolicySwitches::late_class>("late_class",
                                        "stages whose predecessor was late go before others of their level"),
    on_off<&PolicySwitches::fixed_priority>("fixed_priority",
                                            "order by level and class first; off: by virtual deadline alone"),
    choice_of<&PolicySwitches::estimator, kEstimators>(
        "estimator", "mret|afet",
        "a stage's estimate: maximum of recent times, or the average it began with"),
    {{"window", "1 to 1000", "measured times that mret looks back on"}, parse_window, write_window},
    on_off<&PolicySwitches::migration>("migration",
                                       "a task may move to another context when its job has no room at home"),
    choice_of<&PolicySwitches::admission, kAdmissions>(
        "admission", "consistent|published|none",
        "test below level 0: active + u < Ns * bound, or active / Ns + u < bound"),
    on_off<&PolicySwitches::admission_level0>("admission_level0", "level 0 takes the admission test too"),
    {{"bound", "0.01 to 10",
      "admission bound: share of a stream that admitted work may fill; the first knob to tune"},
     parse_bound,
     write_bound},
    choice_of<&PolicySwitches::wait, kBatchWaits>(
        "wait", "none|latest", "hold a batch back for more jobs as long as deadlines allow"),
    choice_of<&PolicySwitches::pace, kPaces>(
        "pace", "order|time",
        "a schedule goes on as soon as its order allows, or never before the recorded time"),
    {{"shed", "on|off", "drop jobs that can't be in time any more instead of running them", false, true},
     parse_bool<&PolicySwitches::shed>,
     write_bool<&PolicySwitches::shed>},
    {{"instances", "all or 1 to 1024", "batches of one model that may run at once; all: one in each slot"},
     parse_instances,
     write_instances},
    {{"queue_delay", "0 to 1000000", "microseconds that a job may wait for its batch to fill"},
     parse_queue_delay,
     write_queue_delay},
    {{"reserve", "0 to 1023, or a list such as 1,2",
      "slots kept for level 0; in a list the next number is for levels 0 and 1, and so on", false, true},
     parse_reserve,
     write_reserve},
    choice_of<&PolicySwitches::binding, kBindings>(
        "binding", "late|home", "a job gets its context when its first stage starts, or at its release"),
    on_off<&PolicySwitches::join>("join", "jobs of lower levels may join a batch of their group"),
    choice_of<&PolicySwitches::order, kBatchOrders>("order", "urgency|level",
                                                    "jobs that can't wait for the next slot go first, by "
                                                    "level, then the others by deadline; or all by level"),
    on_off<&PolicySwitches::full_first>("full_first",
                                        "pressed batches, then full ones, go before others of their level"),
    choice_of<&PolicySwitches::size, kBatchSizes>(
        "size", "rate|most", "a batch has the size of most inputs per time, or most inputs"),
    on_off<&PolicySwitches::promise>("promise", "admit only jobs that are predicted to be in time"),
    choice_of<&PolicySwitches::prediction, kPredictions>(
        "prediction", "list|work", "predict by placing batches on slots, or by all work over all slots"),
    choice_of<&PolicySwitches::ahead, kAheads>(
        "ahead", "latest_start|deadline|off",
        "how long releases of higher levels are expected to go before a job"),
    on_off<&PolicySwitches::learn>("learn", "a level counts on less of the slots if its promises are broken"),
    {{"overdue", "on|off", "an overdue batch keeps its slot as long again in promises", false, true},
     parse_bool<&PolicySwitches::overdue>,
     write_bool<&PolicySwitches::overdue>},
    on_off<&PolicySwitches::cheap_first>("cheap_first",
                                         "jobs leave room for cheaper ones, so that more are admitted"),
    on_off<&PolicySwitches::short_batches>("short_batches",
                                           "no batch costs more than the shortest deadline of level 0"),
    on_off<&PolicySwitches::surplus>("surplus",
                                     "test jobs of level 0 that come faster than their task's rate"),
    on_off<&PolicySwitches::spread>("spread", "new batches go to the context farthest from busy ones"),
    on_off<&PolicySwitches::guard>("guard", "admit no job that would make admitted ones late"),
    on_off<&PolicySwitches::drop_hopeless>("drop", "drop waiting jobs that can't be in time any more"),
}};

const SwitchAccess* find_switch(std::string_view key) {
  for (const SwitchAccess& access : kSwitches) {
    if (access.info.key == key) return &access;
  }
  return nullptr;
}

Error unknown_switch(std::string_view key) {
  const auto key_of = [](const SwitchAccess& access) { return access.info.key; };
  return {"unknown switch \"" + std::string(key) + "\"; " + did_you_mean(key, kSwitches, key_of)};
}

}  // namespace

std::span<const SwitchInfo> switch_table() {
  static const std::vector<SwitchInfo> table = [] {
    std::vector<SwitchInfo> rows;
    rows.reserve(std::size(kSwitches));
    for (const SwitchAccess& access : kSwitches) {
      rows.push_back(access.info);
      rows.back().always_named = rows.size() <= kFirstSwitches;
    }
    return rows;
  }();
  return table;
}

Status set_switch(PolicySwitches& switches, std::string_view key, std::string_view value) {
  const SwitchAccess* const access = find_switch(key);
  if (access == nullptr) return unknown_switch(key);
  if (access->parse(switches, value)) return {};
  return Error{"switch \"" + std::string(key) + "\": \"" + std::string(value) +
               "\" is not one of its values (" + std::string(access->info.values) + ")"};
}

std::string switch_value(const PolicySwitches& switches, std::string_view key) {
  const SwitchAccess* const access = find_switch(key);
  DARIS_CHECK(access != nullptr);
  return access->write(switches);
}

}  // namespace daris
