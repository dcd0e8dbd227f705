#include "runtime/rivals/rival_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <functional>
#include <sstream>
#include <utility>

#include "base/parse_value.h"

namespace daris {
namespace {

namespace po = boost::program_options;

constexpr double kRateMax = 10'000;
constexpr std::uint64_t kJobsMax = 1'000'000;

po::options_description description() {
  po::options_description options("Options");
  const auto add = [&](const char* option, const char* help) {
    options.add_options()(option, po::value<std::string>(), help);
  };
  options.add_options()("help,h", "show this text");
  add("output,o", "the measurements, JSON (standard output)");
  add("rates", "of the urgent network in Hz, separated by commas (60,390)");
  add("beside", "numbers of best-effort processes; 0: it is alone (1,2,4,8)");
  add("priorities", "of on, off (on)");
  add("jobs", "of the urgent network in a point; 662 or more give a p99 with an interval (684)");
  add("warmup", "before each point (800ms)");
  add("device", "the GPU's number (0)");
  return options;
}

// Reads the values of a list one by one; `parse` gives an error for a wrong one.
template <typename Value>
Result<std::vector<Value>> parse_list(const std::string& text,
                                      const std::function<Result<Value>(const std::string&)>& parse) {
  std::vector<Value> values;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    DARIS_TRY_ASSIGN(const Value value, parse(part));
    values.push_back(value);
  }
  if (values.empty()) return Error{"the list is empty"};
  return values;
}

Result<double> parse_rate(const std::string& text) {
  const auto value = parse_number(text);
  if (!value || *value < 1 || *value > kRateMax)
    return Error{fmt::format("\"{}\" is not a rate from 1 to {} Hz", text, kRateMax)};
  return *value;
}

Result<std::uint32_t> parse_whole(const std::string& text, std::uint64_t min, std::uint64_t max) {
  const auto value = parse_count(text);
  if (!value || *value < min || *value > max)
    return Error{fmt::format("\"{}\" is not a whole number from {} to {}", text, min, max)};
  return static_cast<std::uint32_t>(*value);
}

Result<bool> parse_switch(const std::string& text) {
  if (text != "on" && text != "off") return Error{fmt::format("\"{}\" is neither on nor off", text)};
  return text == "on";
}

template <typename Value, typename Target>
Status store(Result<Value> parsed, Target& target) {
  DARIS_TRY_ASSIGN(target, std::move(parsed));
  return {};
}

Status store_warmup(const std::string& text, RivalOptions& options) {
  const auto warmup = parse_duration(text);
  if (!warmup) return Error{fmt::format("\"{}\" is not a duration; write for example 800ms", text)};
  options.warmup = *warmup;
  return {};
}

Status apply(const std::string& name, const std::string& text, RivalOptions& options) {
  const auto whole = [&](std::uint64_t min, std::uint64_t max) {
    return [=](const std::string& part) { return parse_whole(part, min, max); };
  };
  if (name == "rates") return store(parse_list<double>(text, parse_rate), options.rates_hz);
  if (name == "beside") return store(parse_list<std::uint32_t>(text, whole(0, kBesideMax)), options.beside);
  if (name == "priorities") return store(parse_list<bool>(text, parse_switch), options.priorities);
  if (name == "jobs") return store(parse_whole(text, 1, kJobsMax), options.jobs);
  if (name == "warmup") return store_warmup(text, options);
  if (name == "device") return store(parse_whole(text, 0, 1023), options.device);
  options.output = text;
  return {};
}

}  // namespace

Result<RivalOptions> parse_rival_options(const std::vector<std::string>& arguments) {
  RivalOptions options;
  try {
    po::variables_map given;
    po::store(po::command_line_parser(arguments)
                  .options(description())
                  .positional(po::positional_options_description())
                  .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                  .run(),
              given);
    options.help = given.count("help") != 0;
    for (const auto& [name, value] : given) {
      if (name == "help") continue;
      const Status applied = apply(name, value.as<std::string>(), options);
      if (!applied.ok()) return applied.error().in("--" + name);
    }
  } catch (const po::error& error) {
    return Error{std::string(error.what()) + "; see daris-mps-priorities --help"};
  }
  std::sort(options.beside.begin(), options.beside.end());
  return options;
}

std::string rival_help() {
  std::ostringstream text;
  text << "daris-mps-priorities: measures what MPS with priorities does for an urgent network, without a\n"
          "scheduler. One process runs a ResNet-18 (TF32, one CUDA graph with copies in and out) at a rate;\n"
          "N others run ResNet-18 and ResNet-50, alternately, in closed loops. With priorities the others "
          "are\n"
          "MPS clients below normal, and the urgent network has a stream of the highest priority.\n\n"
          "  daris-mps-priorities --rates 60,390 --beside 1,2,4,8 --priorities on,off -o rival.json\n\n"
       << description()
       << "\nIt writes a document daris.mps-priorities. Each process spins on a core of its own if there are "
          "enough.\n\n"
          "Exit codes: 0 done, 1 a process did not run under MPS (the document says so), 2 bad usage, 3 no "
          "GPU, no\n"
          "MPS or no room for the file, 130 interrupted.\n";
  return text.str();
}

}  // namespace daris
