#include "profiles/profiler/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <functional>
#include <sstream>

#include "base/nearest_name.h"
#include "workloads/merged_networks.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

namespace po = boost::program_options;

constexpr std::array kPrecisions = {Precision::kFp32, Precision::kTf32, Precision::kFp16};
constexpr std::array kBackends = {Backend::kGreen, Backend::kMps, Backend::kStreams};
constexpr std::array kMeasurements = {
    Measurement::kTimes,      Measurement::kKernels, Measurement::kTraffic,   Measurement::kCold,
    Measurement::kNeighbours, Measurement::kLaunch,  Measurement::kSaturation};
constexpr std::uint32_t kBatchMax = 1024;
constexpr std::uint32_t kSmsMax = 1024;
constexpr std::uint32_t kSamplesMin = 20;
constexpr std::uint32_t kSamplesMax = 10000;

// "1,2,4": as the user would write the default.
template <typename Values, typename TextOf>
std::string joined(const Values& values, const TextOf& text_of) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ",") + std::string(text_of(value));
  return text;
}

std::string number(std::uint32_t value) { return std::to_string(value); }
std::string quota(std::uint32_t sms) { return sms == 0 ? "all" : std::to_string(sms); }

po::options_description description() {
  const ProfilerOptions defaults;
  const auto name = [](const auto value) { return to_text(value); };
  const std::string models = joined(defaults.models, std::identity());
  const std::string precisions = joined(defaults.precisions, name);
  po::options_description options("Options");
  const auto add = [&](const char* option, const std::string& help) {
    options.add_options()(option, po::value<std::string>(), help.c_str());
  };
  options.add_options()("help,h", "show this text");
  add("output,o", "the profile; an existing one is continued");
  add("models", "names, or folders of your own models, separated by commas (" + models + ")");
  add("precisions", "of " + joined(kPrecisions, name) + " (" + precisions + ")");
  add("batches", "images a job (" + joined(defaults.batches, number) + ")");
  add("quotas", "SMs for times alone by green contexts (" + joined(defaults.quotas, quota) + ")");
  add("mechanisms", "of " + joined(kBackends, name) + " (all three)");
  add("what", "of " + joined(kMeasurements, name) + " (all)");
  add("sms", "measure saturation with the whole machine confined to so many SMs (all)");
  add("budget", "end after about so long, e.g. 480s or 8m; the same command continues (no limit)");
  add("samples",
      fmt::format("least number of samples a time, {} or more ({})", kSamplesMin, defaults.samples));
  options.add_options()("progress", "show progress even if stderr is no terminal");
  options.add_options()("dry-run", "print what would be measured and how long it may take; needs no GPU");
  return options;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  if (parts.empty()) parts.emplace_back();
  return parts;
}

template <typename Enum, std::size_t kCount>
Result<std::vector<Enum>> parse_names(const std::string& option, const std::string& text,
                                      const std::array<Enum, kCount>& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const Enum value : known) names.push_back(to_text(value));
  std::vector<Enum> values;
  for (const std::string& part : split(text)) {
    const auto found = std::find(names.begin(), names.end(), part);
    if (found == names.end())
      return Error{fmt::format("--{}: unknown name \"{}\"; {}", option, part, did_you_mean(part, names))};
    values.push_back(known[static_cast<std::size_t>(found - names.begin())]);
  }
  return values;
}

Result<std::uint32_t> parse_number(const std::string& option, const std::string& text, std::uint32_t min,
                                   std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return Error{fmt::format("--{}: \"{}\" is not a whole number from {} to {}", option, text, min, max)};
  return value;
}

// The word `all` stands for 0; if it is empty, there is no such word.
Result<std::vector<std::uint32_t>> parse_numbers(const std::string& option, const std::string& text,
                                                 std::uint32_t max, std::string_view all = "") {
  std::vector<std::uint32_t> values;
  for (const std::string& part : split(text)) {
    if (!all.empty() && part == all) {
      values.push_back(0);
      continue;
    }
    DARIS_TRY_ASSIGN(const std::uint32_t value, parse_number(option, part, 1, max));
    values.push_back(value);
  }
  return values;
}

Result<std::vector<std::string>> parse_models(const std::string& text) {
  std::vector<std::string> models = split(text);
  for (const std::string& model : models) {
    const auto found = find_network(model);
    if (!found.ok()) return found.error().in("--models");
    if (found.value()->packages != nullptr && !found.value()->packages->on_gpu)
      return Error{fmt::format("--models: \"{}\" was compiled for the CPU; export it for a GPU", model)};
  }
  return models;
}

Result<std::int64_t> parse_budget(const std::string& text) {
  const bool minutes = !text.empty() && text.back() == 'm';
  const bool seconds = !text.empty() && text.back() == 's';
  if (!minutes && !seconds)
    return Error{fmt::format("--budget: \"{}\" has no unit; write for example 480s or 8m", text)};
  DARIS_TRY_ASSIGN(const std::uint32_t number,
                   parse_number("budget", text.substr(0, text.size() - 1), 1, 1'000'000));
  return std::int64_t{number} * (minutes ? 60 : 1);
}

// Stores a parsed value, or returns the error.
template <typename Value, typename Target>
Status store(Result<Value> parsed, Target& target) {
  DARIS_TRY_ASSIGN(target, std::move(parsed));
  return {};
}

Status apply(const std::string& name, const std::string& text, ProfilerOptions& options) {
  if (name == "models") return store(parse_models(text), options.models);
  if (name == "precisions") return store(parse_names(name, text, kPrecisions), options.precisions);
  if (name == "mechanisms") return store(parse_names(name, text, kBackends), options.backends);
  if (name == "what") return store(parse_names(name, text, kMeasurements), options.what);
  if (name == "batches") return store(parse_numbers(name, text, kBatchMax), options.batches);
  if (name == "quotas") return store(parse_numbers(name, text, kSmsMax, "all"), options.quotas);
  if (name == "sms") return store(parse_number(name, text, 1, kSmsMax), options.machine_sms);
  if (name == "samples") return store(parse_number(name, text, kSamplesMin, kSamplesMax), options.samples);
  if (name == "budget") return store(parse_budget(text), options.budget_s);
  options.output = text;
  return {};
}

}  // namespace

Result<ProfilerOptions> parse_profiler_options(const std::vector<std::string>& arguments) {
  ProfilerOptions options;
  try {
    const po::options_description known = description();
    po::variables_map given;
    po::store(po::command_line_parser(arguments)
                  .options(known)
                  .positional(po::positional_options_description())
                  .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                  .run(),
              given);
    options.help = given.count("help") != 0;
    options.dry_run = given.count("dry-run") != 0;
    options.progress = given.count("progress") != 0;
    for (const auto& [name, value] : given) {
      if (name == "help" || name == "dry-run" || name == "progress") continue;
      DARIS_TRY(apply(name, value.as<std::string>(), options));
    }
  } catch (const po::error& error) {
    return Error{std::string(error.what()) + "; see daris-profile --help"};
  }
  if (!options.help && !options.dry_run && options.output.empty())
    return Error{"no output file: give -o FILE (an existing profile is continued)"};
  return options;
}

std::string profiler_help() {
  std::ostringstream text;
  text
      << "daris profile: measures models on the GPU of this machine and writes a profile (schema "
         "daris.profile).\n\n"
         "  daris profile --budget 480s -o my-gpu.json\n\n"
      << description()
      << "\nA measurement that is in the file already is not repeated. The file is whole after every unit of "
         "work,\n"
         "so the program may be interrupted at any time. A file of another GPU or driver is refused. CUPTI "
         "is "
         "off\n"
         "while times are taken. To count DRAM and L2 bytes you need the right to read hardware counters: be "
         "root,\n"
         "or load the driver with NVreg_RestrictProfilingToAdminUsers=0. Without it these figures stay "
         "null.\n\n"
         "Exit codes: 0 done or budget spent, 1 a unit could not be measured, 2 bad usage or input, 3 no "
         "GPU,\n"
         "no driver or no room for the file, 130 interrupted.\n";
  return text.str();
}

bool wants(const ProfilerOptions& options, Measurement measurement) {
  return options.what.empty() ||
         std::find(options.what.begin(), options.what.end(), measurement) != options.what.end();
}

bool wants(const ProfilerOptions& options, Backend backend) {
  return std::find(options.backends.begin(), options.backends.end(), backend) != options.backends.end();
}

}  // namespace daris
