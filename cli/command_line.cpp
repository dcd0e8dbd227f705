#include "cli/command_line.h"

#include <fmt/format.h>

#include <string_view>

#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/output_claim.h"
#include "base/host/parallel.h"
#include "base/parse_value.h"
#include "base/shell_word.h"
#include "cli/commands.h"

namespace daris {
namespace {

constexpr std::string_view kOutputFlag = "output";

// What the command writes is claimed before it reads anything.
Status claim_outputs(const CommandSpec& spec, const Arguments& arguments) {
  for (const Flag& flag : spec.flags) {
    if (!flag.written) continue;
    const std::string name(long_name(flag));
    const std::string file = arguments.text(name);
    if (arguments.has(name) && file.empty())
      return Error{"--" + name + ": is empty; the name of a file is needed, or - for standard output"};
    const bool used = arguments.has(name) || name == kOutputFlag;  // by default standard output
    if (used) DARIS_TRY(claim_output("--" + name, file));
  }
  return {};
}

}  // namespace

CommandLine read_command_line(const CommandSpec& spec, std::span<const std::string> words) {
  Result<Arguments> arguments = Arguments::parse(spec, words, flag_elsewhere);
  if (!arguments.ok()) return {{}, fail(arguments.error())};
  if (arguments.value().has("help")) return {{}, conclude(write_output("", help_text(spec)))};
  const Status claimed = claim_outputs(spec, arguments.value());
  if (!claimed.ok()) return {{}, fail(claimed.error())};
  return {std::move(arguments).value(), std::nullopt};
}

Result<std::size_t> threads_from(const Arguments& arguments) {
  if (!arguments.has("threads")) return all_cores();
  const std::string text = arguments.text("threads");
  const std::optional<std::uint64_t> threads = parse_count(text);
  if (threads && *threads >= 1 && *threads <= kThreadsMax) return static_cast<std::size_t>(*threads);
  return Error{fmt::format("--threads: \"{}\" is not a whole number from 1 to {}", text, kThreadsMax)};
}

Result<std::optional<double>> share_from(const Arguments& arguments, const std::string& flag,
                                         ShareRange range) {
  if (!arguments.has(flag)) return std::optional<double>();
  const std::string text = arguments.text(flag);
  const std::optional<double> share = parse_share(text);
  if (share && *share >= range.least && *share <= range.most) return share;
  return Error{fmt::format("--{}: \"{}\" is not a share from {:g} to {:g}, such as 0.2 or 20%", flag, text,
                           range.least, range.most)};
}

Result<std::optional<Duration>> budget_from(const Arguments& arguments) {
  if (!arguments.has("budget")) return std::optional<Duration>();
  const std::optional<Duration> budget = parse_duration(arguments.text("budget"));
  if (!budget || budget->ns() == 0)
    return Error{
        fmt::format("--budget: \"{}\" is not a time above 0, such as 20m", arguments.text("budget"))};
  return budget;
}

std::string command_text(const CommandSpec& spec, std::span<const std::string> words) {
  std::string text = "daris " + spec.name;
  for (const std::string& word : words) text += " " + quoted_word(word);
  return text;
}

std::string exit_codes_help() {
  return "\nExit codes: 0 done; 1 ran, and the check it was asked for failed; 2 bad usage or input (nothing "
         "is "
         "written);\n"
         "3 environment (full disk, a program or a GPU that is missing); 130 interrupted, what was measured "
         "is kept.";
}

}  // namespace daris
