#include "experiment/run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/json/json.h"
#include "base/nearest_name.h"
#include "base/number_text.h"
#include "base/parse_value.h"
#include "base/time.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "policy/setup.h"

namespace daris {
namespace {

constexpr std::uint32_t kDevicesMax = 1023;
constexpr std::uint64_t kReplicationsMax = 100'000;

Error wrong_value(std::string_view value, std::string_view right) {
  return Error{"\"" + std::string(value) + "\" is not " + std::string(right)};
}

template <std::string RunConfig::*kMember>
Status set_text(RunConfig& config, std::string_view text) {
  if (text.empty()) return wrong_value(text, "a name or a file");
  config.*kMember = std::string(text);
  return {};
}

template <std::string RunConfig::*kMember>
Json get_text(const RunConfig& config) {
  const std::string& text = config.*kMember;
  return text.empty() ? Json(nullptr) : Json(text);
}

Status set_count(std::uint32_t& to, std::string_view text, std::uint64_t max, std::string_view right) {
  const std::optional<std::uint64_t> value = parse_count(text);
  if (!value || *value < 1 || *value > max) return wrong_value(text, right);
  to = static_cast<std::uint32_t>(*value);
  return {};
}

template <std::uint32_t RunConfig::*kMember, std::uint64_t kMax, const auto& kRight>
Status set_member_count(RunConfig& config, std::string_view text) {
  return set_count(config.*kMember, text, kMax, kRight);
}

template <std::optional<std::uint32_t> RunConfig::*kMember, std::uint64_t kMax, const auto& kRight>
Status set_optional_count(RunConfig& config, std::string_view text) {
  std::uint32_t value = 0;
  Status status = set_count(value, text, kMax, kRight);
  if (status.ok()) config.*kMember = value;
  return status;
}

template <auto kMember>
Json get_number(const RunConfig& config) {
  return Json(config.*kMember);
}

template <std::optional<std::uint32_t> RunConfig::*kMember>
Json get_optional_count(const RunConfig& config) {
  return config.*kMember ? Json(*(config.*kMember)) : Json(nullptr);
}

constexpr char kContextsRight[] = "a whole number from 1 to 1024";
static_assert(kSlotsMax == 1024, "messages name it");
constexpr char kReplicationsRight[] = "a whole number from 1 to 100000";
constexpr char kBatchRight[] = "a whole number of inputs from 1 to 65536";
constexpr char kSmsRight[] = "a whole number of SMs from 1 to 65536";

template <std::optional<double> Scaling::*kMember>
Json get_scaling(const RunConfig& config) {
  return config.scaling.*kMember ? Json(*(config.scaling.*kMember)) : Json(nullptr);
}

Status set_load(RunConfig& config, std::string_view text) {
  const std::optional<double> load = parse_number(text);
  if (!load || *load <= 0 || *load > 1000)
    return wrong_value(text, "a load above 0, at most 1000 (1 is all that the GPU can do)");
  config.scaling.load = load;
  return {};
}

Status set_priority_mix(RunConfig& config, std::string_view text) {
  const std::optional<double> mix = parse_number(text);
  if (!mix || *mix < 0 || *mix > 1) return wrong_value(text, "a share of level 0 from 0 to 1");
  config.scaling.priority_mix = mix;
  return {};
}

Status set_deadline_ratio(RunConfig& config, std::string_view text) {
  const std::optional<double> ratio = parse_number(text);
  if (!ratio || *ratio <= 0 || *ratio > 100)
    return wrong_value(text, "a deadline in periods above 0, at most 100");
  config.scaling.deadline_ratio = ratio;
  return {};
}

Status set_load_by(RunConfig& config, std::string_view text) {
  if (text != "count" && text != "rate") return wrong_value(text, "one of count, rate");
  config.scaling.load_by = text == "count" ? LoadBy::kCount : LoadBy::kRate;
  return {};
}

Json get_load_by(const RunConfig& config) {
  return config.scaling.load_by == LoadBy::kCount ? "count" : "rate";
}

Status set_policy(RunConfig& config, std::string_view text) {
  if (is_policy_file(text) || find_policy(text) != nullptr) {
    config.policy = std::string(text);
    return {};
  }
  return Error{"unknown policy \"" + std::string(text) + "\"; " +
               did_you_mean(text, policy_table(), &PolicyInfo::name)};
}

Status set_oversubscription(RunConfig& config, std::string_view text) {
  config.oversubscribed_by_contexts = text == "contexts";
  if (config.oversubscribed_by_contexts) return {};
  const std::optional<double> ratio = parse_number(text);
  if (!ratio || *ratio < 1 || *ratio > static_cast<double>(kSlotsMax)) {
    return wrong_value(text, fmt::format("an oversubscription from 1 to {}, or \"contexts\"", kSlotsMax));
  }
  config.oversubscription_milli = static_cast<std::uint32_t>(std::floor(*ratio * 1000 + 0.5));
  return {};
}

Status set_shape(RunConfig& config, std::string_view text) {
  if (text != "auto") return wrong_value(text, "\"auto\"; a given shape is that of contexts and streams");
  config.automatic_shape = true;
  return {};
}

Json get_shape(const RunConfig& config) { return config.automatic_shape ? Json("auto") : Json(nullptr); }

constexpr std::array kGoals{std::pair{std::string_view("throughput"), ShapeGoal::kThroughput},
                            std::pair{std::string_view("latency"), ShapeGoal::kLatency}};

Status set_goal(RunConfig& config, std::string_view text) {
  for (const auto& [name, goal] : kGoals) {
    if (name != text) continue;
    config.goal = goal;
    return {};
  }
  return wrong_value(text, "one of throughput, latency");
}

Json get_goal(const RunConfig& config) {
  const auto is_it = [&](const auto& row) { return row.second == config.goal; };
  return std::find_if(kGoals.begin(), kGoals.end(), is_it)->first;
}

Json get_oversubscription(const RunConfig& config) {
  if (config.oversubscribed_by_contexts) return "contexts";
  if (!config.oversubscription_milli) return nullptr;
  return *config.oversubscription_milli / 1000.0;
}

constexpr std::array kBackends{Backend::kGreen, Backend::kMps, Backend::kStreams, Backend::kCpu};

Status set_backend(RunConfig& config, std::string_view text) {
  config.automatic_backend = text == "auto";
  if (config.automatic_backend) return {};
  for (const Backend backend : kBackends) {
    if (to_text(backend) != text) continue;
    config.backend = backend;
    return {};
  }
  return wrong_value(text, "one of green, mps, streams, cpu, auto");
}

Json get_backend(const RunConfig& config) {
  return config.automatic_backend ? std::string("auto") : std::string(to_text(config.backend));
}

template <bool RunConfig::*kMember>
Status set_on_off(RunConfig& config, std::string_view text) {
  if (text != "on" && text != "off") return wrong_value(text, "one of on, off");
  config.*kMember = text == "on";
  return {};
}

template <bool RunConfig::*kMember>
Json get_on_off(const RunConfig& config) {
  return config.*kMember ? "on" : "off";
}

Status set_device(RunConfig& config, std::string_view text) {
  const std::optional<std::uint64_t> device = parse_count(text);
  if (!device || *device > kDevicesMax) return wrong_value(text, "a whole number from 0 to 1023");
  config.device = static_cast<std::uint32_t>(*device);
  return {};
}

template <Duration RunConfig::*kMember>
Status set_duration(RunConfig& config, std::string_view text) {
  const std::optional<Duration> value = parse_duration(text);
  if (!value) return wrong_value(text, "a duration below 1000000s, such as 10s or 250ms");
  config.*kMember = *value;
  return {};
}

template <Duration RunConfig::*kMember>
Json get_duration(const RunConfig& config) {
  return (config.*kMember).seconds();
}

Status set_seed(RunConfig& config, std::string_view text) {
  const std::optional<std::uint64_t> seed = parse_count(text);
  if (!seed) return wrong_value(text, "a whole number from 0 to 18446744073709551615");
  config.seed = *seed;
  return {};
}

Status set_precision(RunConfig& config, std::string_view text) {
  const std::optional<double> share = parse_share(text);
  if (!share || *share < 1e-6 || *share > 1)
    return wrong_value(text, "a share from 0.000001 to 1, such as 0.01 or 1%");
  config.precision = share;
  return {};
}

Json get_precision(const RunConfig& config) {
  return config.precision ? Json(*config.precision) : Json(nullptr);
}

Status set_warmup_by(RunConfig& config, std::string_view text) {
  if (text != "time" && text != "mser5") return wrong_value(text, "one of time, mser5");
  config.cuts_warmup = text == "mser5";
  return {};
}

Json get_warmup_by(const RunConfig& config) { return config.cuts_warmup ? "mser5" : "time"; }

const std::array<RunOption, 34> kOptions{{
    {"task_set", "task-set", "FILE|NAME", "the tasks: a file, or a name of `daris list task-sets`",
     ValueKind::kText, false, set_text<&RunConfig::task_set>, get_text<&RunConfig::task_set>},
    {"load", "load", "X", "scale the set to this load, demand over capacity (default: as written)",
     ValueKind::kNumber, true, set_load, get_scaling<&Scaling::load>},
    {"load_by", "load-by", "count|rate",
     "what --load changes: how many tasks there are, or their rates (default: {})", ValueKind::kText, false,
     set_load_by, get_load_by},
    {"priority_mix", "priority-mix", "X", "share of level 0 among the tasks, 0 to 1 (default: as written)",
     ValueKind::kNumber, true, set_priority_mix, get_scaling<&Scaling::priority_mix>},
    {"deadline_ratio", "deadline-ratio", "X",
     "deadline of every task, in its periods: D = X T, above 0, at most 100 (default: the set's own "
     "deadlines)",
     ValueKind::kNumber, true, set_deadline_ratio, get_scaling<&Scaling::deadline_ratio>, OptionWorld::kBoth,
     true},
    {"policy", "policy", "NAME|FILE",
     "a name of `daris list policies`, or a file with a policy of your own, such as ./mine.so (default: {})",
     ValueKind::kText, false, set_policy, get_text<&RunConfig::policy>},
    {"batch_limit", "batch-limit", "N",
     "largest batch of a batching policy, in inputs (default: the size that gets most jobs done in time, by "
     "simulation; live: of 1, 2, 4, ... 32, which are measured first)",
     ValueKind::kNumber, true, set_optional_count<&RunConfig::batch_limit, 65536, kBatchRight>,
     get_optional_count<&RunConfig::batch_limit>},
    {"contexts", "contexts", "N", "Nc, partitions of the GPU (default: {})", ValueKind::kNumber, false,
     set_member_count<&RunConfig::contexts, kSlotsMax, kContextsRight>, get_number<&RunConfig::contexts>},
    {"streams", "streams", "N", "Ns, streams of each context (default: {})", ValueKind::kNumber, false,
     set_member_count<&RunConfig::streams, kSlotsMax, kContextsRight>, get_number<&RunConfig::streams>},
    {"oversubscription", "oversubscription", "X",
     "OS, 1 (contexts share no SM) to Nc or \"contexts\" (each sees the whole GPU); more than Nc is Nc "
     "(default: {})",
     ValueKind::kNumberOrText, true, set_oversubscription, get_oversubscription},
    {"shape", "shape", "auto",
     "try some shapes (contexts, streams, oversubscription) by simulation and take the best (default: the "
     "one "
     "given)",
     ValueKind::kText, true, set_shape, get_shape, OptionWorld::kBoth, true},
    {"goal", "goal", "throughput|latency",
     "with --shape auto: the most work in time, or the least p99 of level 0 at 90% of that work (default: "
     "{})",
     ValueKind::kText, false, set_goal, get_goal, OptionWorld::kBoth, true},
    {"partition", "partition", "FILE",
     "list the contexts one by one: their SMs, streams and the levels that may use them (schema "
     "daris.partition; default: equal ones)",
     ValueKind::kText, true, set_text<&RunConfig::partition>, get_text<&RunConfig::partition>,
     OptionWorld::kBoth, true},
    {"backend", "backend", "green|mps|streams|cpu|auto",
     "how SMs are given to contexts; cpu and auto only on real hardware (default: {} simulated, auto "
     "live)",
     ValueKind::kText, false, set_backend, get_backend},
    {"sms", "sms", "N",
     "confine the whole machine to so many SMs; on mps contexts that overlap may use more together (default: "
     "all)",
     ValueKind::kNumber, true, set_optional_count<&RunConfig::sms, 65536, kSmsRight>,
     get_optional_count<&RunConfig::sms>},
    {"duration_s", "duration", "TIME", "jobs released before this are counted (default: {})",
     ValueKind::kSeconds, false, set_duration<&RunConfig::duration>, get_duration<&RunConfig::duration>},
    {"warmup_s", "warmup", "TIME", "jobs released before this are not counted (default: {})",
     ValueKind::kSeconds, false, set_duration<&RunConfig::warmup>, get_duration<&RunConfig::warmup>},
    {"seed", "seed", "N", "of all random draws (default: {})", ValueKind::kNumber, false, set_seed,
     get_number<&RunConfig::seed>},
    {"replications", "replications", "N", "runs with other draws, for confidence intervals (default: {})",
     ValueKind::kNumber, false,
     set_member_count<&RunConfig::replications, kReplicationsMax, kReplicationsRight>,
     get_number<&RunConfig::replications>},
    {"precision", "precision", "SHARE",
     "run more replications until half the 95% interval is within this share of the mean, such as 1%; the "
     "first round has 10 or --replications (default: --replications alone)",
     ValueKind::kNumber, true, set_precision, get_precision, OptionWorld::kSimulated, true},
    {"precision_of", "precision-of", "FIGURE[,FIGURE]",
     "the figures that --precision is about, by their names in a report's confidence (default: "
     "on_time_jobs_per_s)",
     ValueKind::kText, true, set_text<&RunConfig::precision_of>, get_text<&RunConfig::precision_of>,
     OptionWorld::kSimulated, true},
    {"replications_max", "replications-max", "N", "the most replications for --precision (default: {})",
     ValueKind::kNumber, false,
     set_member_count<&RunConfig::replications_max, kReplicationsMax, kReplicationsRight>,
     get_number<&RunConfig::replications_max>, OptionWorld::kSimulated, true},
    {"warmup_by", "warmup-by", "time|mser5",
     "mser5: cut the warm-up where the response times of the first replication settle (default: {}, as "
     "--warmup says)",
     ValueKind::kText, false, set_warmup_by, get_warmup_by, OptionWorld::kSimulated, true},
    {"profile", "profile", "FILE|NAME",
     "what the GPU was measured to do (default: the first of `daris list profiles`; live: own measurement; "
     "on a GPU "
     "one that is named "
     "gives load and estimates)",
     ValueKind::kText, true, set_text<&RunConfig::profile>, get_text<&RunConfig::profile>},
    {"model", "model", "FILE|NAME",
     "the contention model's parameters (default: the bundled one of the profile's GPU)", ValueKind::kText,
     true, set_text<&RunConfig::model>, get_text<&RunConfig::model>, OptionWorld::kSimulated},
    {"power", "power", "FILE|NAME",
     "predict the energy of each job by this power model (schema daris.power-model; default: none)",
     ValueKind::kText, true, set_text<&RunConfig::power>, get_text<&RunConfig::power>,
     OptionWorld::kSimulated, true},
    {"releases", "releases", "LOG",
     "take the nominal releases of an event log, of any policy or backend, and its times unless given "
     "(default: draw "
     "them)",
     ValueKind::kText, true, set_text<&RunConfig::releases>, get_text<&RunConfig::releases>},
    {"schedule", "schedule", "LOG",
     "execute the schedule of an event log of either world (policy scripted): its releases, admissions, "
     "slots, and the "
     "order within each slot; contexts, streams, oversubscription, SMs, backend and times are the log's "
     "unless given",
     ValueKind::kText, true, set_text<&RunConfig::schedule>, get_text<&RunConfig::schedule>},
    {"inject", "inject", "FILE",
     "disturb the run: wrong estimates, lost contexts, slow stages, late releases (schema daris.injection; "
     "default: none)",
     ValueKind::kText, true, set_text<&RunConfig::inject>, get_text<&RunConfig::inject>, OptionWorld::kBoth,
     true},
    {"blame", "blame", "on|off",
     "say in the report for which cause jobs missed; the whole run is then kept in memory (default: {})",
     ValueKind::kText, false, set_on_off<&RunConfig::blame>, get_on_off<&RunConfig::blame>,
     OptionWorld::kBoth, true},
    {"copies", "no-copies", "", "leave inputs and outputs where they are instead of copying them in and out",
     ValueKind::kText, false, set_on_off<&RunConfig::copies>, get_on_off<&RunConfig::copies>,
     OptionWorld::kLive},
    {"saturation", "no-saturation", "",
     "leave out the closed loops before and after the run that its throughput is compared with",
     ValueKind::kText, false, set_on_off<&RunConfig::saturation>, get_on_off<&RunConfig::saturation>,
     OptionWorld::kLive},
    {"realtime", "realtime", "",
     "give the scheduler's thread real-time priority (SCHED_FIFO), for which the system must grant the right",
     ValueKind::kText, false, set_on_off<&RunConfig::realtime>, get_on_off<&RunConfig::realtime>,
     OptionWorld::kLive},
    {"device", "device", "N", "the GPU, as CUDA numbers them (default: {})", ValueKind::kNumber, false,
     set_device, get_number<&RunConfig::device>, OptionWorld::kLive},
}};

Error unknown_key(std::string_view key) {
  std::vector<std::string_view> names{"switches"};
  for (const RunOption& option : kOptions) names.push_back(option.key);
  for (const SwitchInfo& info : switch_table()) names.push_back(info.key);
  return Error{"unknown key; " + did_you_mean(key, names)};
}

bool is_switch(std::string_view key) {
  for (const SwitchInfo& info : switch_table()) {
    if (info.key == key) return true;
  }
  return false;
}

// The value as flags write it.
std::string as_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "on" : "off";
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.dump();
}

Status check_kind(const RunOption& option, const Json& value) {
  const bool number_right = option.kind != ValueKind::kText;
  const bool text_right = option.kind == ValueKind::kText || option.kind == ValueKind::kNumberOrText;
  if ((value.is_number() && number_right) || (value.is_string() && text_right)) return {};
  const std::string_view right = !text_right ? "a number" : !number_right ? "a text" : "a number or a text";
  return Error{value.dump() + " is not " + std::string(right)};
}

}  // namespace

std::span<const RunOption> run_options() { return kOptions; }

std::string help_of(const RunOption& option, const RunConfig& defaults) {
  const Json value = option.get(defaults);
  std::string text = value.is_null() ? "" : as_text(value);
  if (option.kind == ValueKind::kSeconds) text += "s";
  if (option.key == "oversubscription") text = number_text(kDefaultOversubscriptionMilli / 1000.0);
  return fmt::format(fmt::runtime(option.help), text);
}

const RunOption* find_run_option(std::string_view key) {
  for (const RunOption& option : kOptions) {
    if (option.key == key) return &option;
  }
  return nullptr;
}

Status set_option(RunConfig& config, const RunOption& option, std::string_view text) {
  Status status = option.set(config, text);
  if (status.ok() && !is_given(config, option.key)) config.given.push_back(option.key);
  return status;
}

bool is_given(const RunConfig& config, std::string_view key) {
  return std::find(config.given.begin(), config.given.end(), key) != config.given.end();
}

Status set_from_json(RunConfig& config, std::string_view key, const Json& value) {
  const RunOption* const option = find_run_option(key);
  if (option == nullptr && !is_switch(key)) return unknown_key(key);
  if (option == nullptr) {
    if (value.is_primitive() && !value.is_null()) return set_run_switch(config, key, as_text(value));
    return Error{value.dump() + " is not a value of switch \"" + std::string(key) + "\""};
  }
  if (value.is_null() && option->optional) return {};
  const Status kind = check_kind(*option, value);
  return kind.ok() ? set_option(config, *option, as_text(value)) : kind;
}

Status set_assignment(RunConfig& config, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos)
    return Error{"\"" + std::string(assignment) + "\" is not key=value, such as bound=0.9"};
  return set_run_switch(config, assignment.substr(0, equals), assignment.substr(equals + 1));
}

Status set_run_switch(RunConfig& config, std::string_view key, std::string_view value) {
  DARIS_TRY(set_switch(config.switches, key, value));
  const auto is_key = [&](const SwitchInfo& info) { return info.key == key; };
  const std::span<const SwitchInfo> table = switch_table();
  config.given_switches.push_back(std::find_if(table.begin(), table.end(), is_key)->key);
  return {};
}

}  // namespace daris
