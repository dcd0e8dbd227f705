#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <sstream>

#include "base/nearest_name.h"

namespace daris {
namespace {

namespace options = boost::program_options;

constexpr unsigned kHelpColumns = 110;
constexpr unsigned kDescriptionColumns = 70;

// Every value is taken as text; what it means is the command's business.
options::options_description describe(const CommandSpec& spec) {
  options::options_description description("Options", kHelpColumns, kDescriptionColumns);
  for (const Flag& flag : spec.flags) {
    if (flag.argument.empty()) {
      description.add_options()(flag.name.c_str(), flag.help.c_str());
      continue;
    }
    auto* const value = options::value<std::vector<std::string>>()->value_name(flag.argument);
    description.add_options()(flag.name.c_str(), value, flag.help.c_str());
  }
  description.add_options()("help,h", "print this and exit");
  return description;
}

std::string in_daris(const CommandSpec& spec) { return "; see daris " + spec.name + " --help"; }

Error unknown_flag(const CommandSpec& spec, const std::string& given, Arguments::FlagElsewhere elsewhere) {
  const std::string what = fmt::format("{}: no such option of daris {}", given, spec.name);
  const std::size_t begin = std::min(given.find_first_not_of('-'), given.size());
  const std::string bare = given.substr(begin, given.find('=') - begin);  // up to its end if there is none
  if (elsewhere != nullptr) {
    if (const auto place = elsewhere(spec.name, bare)) return Error{fmt::format("{}; {}", what, *place)};
  }
  std::vector<std::string_view> names{"help"};
  for (const Flag& flag : spec.flags) names.push_back(long_name(flag));
  return Error{fmt::format("{}; did you mean --{}?", what, nearest_name(bare, names))};
}

Status check_operands(const CommandSpec& spec, const std::vector<std::string>& operands) {
  if (operands.size() < spec.operands_min) return Error{spec.operand + " is missing" + in_daris(spec)};
  if (operands.size() <= spec.operands_max) return {};
  return Error{"\"" + operands[spec.operands_max] + "\" is one too many" + in_daris(spec)};
}

}  // namespace

std::string_view long_name(const Flag& flag) {
  return std::string_view(flag.name).substr(0, flag.name.find(','));
}

Result<Arguments> Arguments::parse(const CommandSpec& spec, std::span<const std::string> words,
                                   FlagElsewhere elsewhere) {
  Arguments arguments;
  try {
    using Style = options::command_line_style::style_t;
    const int style =
        Style::unix_style & ~Style::allow_guessing;  // a script must not break when a flag is added
    const options::options_description description = describe(spec);
    const auto parsed = options::command_line_parser(std::vector<std::string>(words.begin(), words.end()))
                            .options(description)
                            .style(style)
                            .run();
    for (const options::option& option : parsed.options) {
      if (option.position_key != -1) {
        arguments.operands_.insert(arguments.operands_.end(), option.value.begin(), option.value.end());
      } else {
        auto& values = arguments.flags_[option.string_key];
        values.insert(values.end(), option.value.begin(), option.value.end());
      }
    }
  } catch (const options::unknown_option& error) {
    return unknown_flag(spec, error.get_option_name(), elsewhere);
  } catch (const options::error& error) {
    return Error{error.what() + in_daris(spec)};
  }
  if (arguments.has("help")) return arguments;
  for (const Flag& flag : spec.flags) {
    const std::string name(long_name(flag));
    if (flag.repeated || arguments.texts(name).size() <= 1) continue;
    return Error{"--" + name + ": is given twice" + in_daris(spec)};
  }
  DARIS_TRY(check_operands(spec, arguments.operands_));
  return arguments;
}

std::string Arguments::text(const std::string& flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() || found->second.empty() ? std::string() : found->second.back();
}

std::vector<std::string> Arguments::texts(const std::string& flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>() : found->second;
}

std::string help_text(const CommandSpec& spec) {
  std::ostringstream text;
  text << "Usage: daris " << spec.name << ' ' << spec.usage << "\n\n"
       << spec.description << "\n\n"
       << describe(spec);
  if (!spec.notes.empty()) text << '\n' << spec.notes << '\n';
  return text.str();
}

}  // namespace daris
