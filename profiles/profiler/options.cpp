#include "profiles/profiler/options.h"

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

#include "base/nearest_name.h"
#include "workloads/model_catalog.h"

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

po::options_description description() {
  po::options_description options("Options");
  options.add_options()("help,h", "show this text")("output,o", po::value<std::string>(),
                                                    "the profile; one that exists is gone on with")(
      "models", po::value<std::string>(), "names, separated by commas (resnet18,unet,inception_v3,resnet50)")(
      "precisions", po::value<std::string>(), "of fp32,tf32,fp16 (tf32,fp16)")(
      "batches", po::value<std::string>(), "images a job (1,2,4,8,16,32)")(
      "quotas", po::value<std::string>(),
      "SMs for times alone by green contexts (8,16,24,32,48,64,96,128,all)")(
      "mechanisms", po::value<std::string>(), "of green,mps,streams (all three)")(
      "what", po::value<std::string>(), "of times,kernels,traffic,cold,neighbours,launch,saturation (all)")(
      "sms", po::value<std::string>(),
      "measure saturation with the whole machine confined to so many SMs (all)")(
      "budget", po::value<std::string>(),
      "end after about so long, e.g. 480s or 8m; the same command goes on (no limit)")(
      "samples", po::value<std::string>(), "least number of samples a time, 20 or more (20)")(
      "progress", "show progress also where stderr is no terminal")(
      "dry-run", "print what would be measured and how long it may take; needs no GPU");
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
      return Error{"--" + option + ": unknown name \"" + part + "\"; did you mean \"" +
                   std::string(nearest_name(part, names)) + "\"?"};
    values.push_back(known[static_cast<std::size_t>(found - names.begin())]);
  }
  return values;
}

Result<std::uint32_t> parse_number(const std::string& option, const std::string& text, std::uint32_t min,
                                   std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return Error{"--" + option + ": \"" + text + "\" is not a whole number from " + std::to_string(min) +
                 " to " + std::to_string(max)};
  return value;
}

// `all`, where given, stands for 0.
Result<std::vector<std::uint32_t>> parse_numbers(const std::string& option, const std::string& text,
                                                 std::uint32_t max, std::string_view all = "") {
  std::vector<std::uint32_t> values;
  for (const std::string& part : split(text)) {
    if (!all.empty() && part == all) {
      values.push_back(0);
      continue;
    }
    const Result<std::uint32_t> value = parse_number(option, part, 1, max);
    if (!value.ok()) return value.error();
    values.push_back(value.value());
  }
  return values;
}

Result<std::vector<std::string>> parse_models(const std::string& text) {
  std::vector<std::string> models = split(text);
  for (const std::string& model : models)
    if (const auto found = find_model(model); !found.ok()) return Error{"--models: " + found.error().message};
  return models;
}

Result<std::int64_t> parse_budget(const std::string& text) {
  const bool minutes = !text.empty() && text.back() == 'm';
  const bool seconds = !text.empty() && text.back() == 's';
  if (!minutes && !seconds)
    return Error{"--budget: \"" + text + "\" has no unit; write for example 480s or 8m"};
  const Result<std::uint32_t> number = parse_number("budget", text.substr(0, text.size() - 1), 1, 1'000'000);
  if (!number.ok()) return number.error();
  return static_cast<std::int64_t>(number.value()) * (minutes ? 60 : 1);
}

// Stores a parsed value, or gives the error.
template <typename Value, typename Target>
Status store(Result<Value> parsed, Target& target) {
  if (!parsed.ok()) return parsed.error();
  target = std::move(parsed).value();
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
      if (const Status status = apply(name, value.as<std::string>(), options); !status.ok())
        return status.error();
    }
  } catch (const po::error& error) {
    return Error{std::string(error.what()) + "; see daris-profile --help"};
  }
  if (!options.help && !options.dry_run && options.output.empty())
    return Error{"no output file: give -o FILE (a profile that exists is gone on with)"};
  return options;
}

std::string profiler_help() {
  std::ostringstream text;
  text << "daris profile: measures models on the GPU of this machine and writes a profile (schema "
          "daris.profile).\n\n"
          "  daris profile --budget 480s -o my-gpu.json\n\n"
       << description()
       << "\nWhat is in the file already is not measured again; the file is whole after every unit of work, "
          "so it may\n"
          "be interrupted at any time. A file of another GPU or driver is refused. Times are taken with "
          "CUPTI off.\n"
          "DRAM and L2 bytes need the right to read hardware counters: be root, or load the driver with\n"
          "NVreg_RestrictProfilingToAdminUsers=0; without it they stay null.\n\n"
          "Exit codes: 0 done or budget spent, 1 a unit could not be measured, 2 bad usage or file, 3 no "
          "GPU, no\n"
          "driver or no room, 130 interrupted.\n";
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
