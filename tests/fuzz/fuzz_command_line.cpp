// Takes any bytes as a command line, a word a line. Its first word chooses a command; the others are parsed
// and make a configuration, which is settled. Nothing may crash, hang or break an invariant.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/json/json.h"
#include "cli/command_line.h"
#include "cli/run_flags.h"
#include "cli/run_point.h"
#include "cli/sweep_command.h"
#include "experiment/config_json.h"
#include "experiment/normalise.h"

namespace {

daris::CommandSpec run_spec(const char* name, daris::OptionWorld world) {
  daris::CommandSpec spec;
  spec.name = name;
  spec.flags = daris::point_flags(world);
  spec.flags.push_back({"threads", "N", ""});
  return spec;
}

const std::array<daris::CommandSpec, 3>& specs() {
  static const std::array<daris::CommandSpec, 3> all{run_spec("sim", daris::OptionWorld::kSimulated),
                                                     run_spec("run", daris::OptionWorld::kLive),
                                                     daris::sweep_spec()};
  return all;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(lines, word);) words.push_back(word);
  return words;
}

// Only the fuzzer's bytes shall be read.
bool reads_a_file(const daris::Arguments& arguments) {
  return arguments.has("config") || arguments.has("releases") || arguments.has("schedule");
}

void settle(const daris::Arguments& arguments) {
  const daris::Result<daris::RunConfig> config = daris::config_from(arguments, {});
  if (!config.ok()) return;
  for (const daris::World world : {daris::World::kSimulated, daris::World::kLive}) {
    const daris::Result<daris::SettledConfig> settled = daris::normalise(config.value(), world);
    if (!settled.ok()) continue;
    const daris::Json written = daris::config_to_json(settled.value());
    daris::RunConfig read;
    DARIS_CHECK(daris::apply_config_json(read, written, "config").ok());
    DARIS_CHECK(daris::config_to_json(read) == written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> words = words_of({reinterpret_cast<const char*>(data), size});
  if (words.empty()) return 0;
  for (const daris::CommandSpec& spec : specs()) {
    if (words.front() != spec.name) continue;
    const std::span<const std::string> rest = std::span(words).subspan(1);
    const daris::Result<daris::Arguments> arguments = daris::Arguments::parse(spec, rest);
    static_cast<void>(daris::command_text(spec, rest));
    if (!arguments.ok() || reads_a_file(arguments.value())) return 0;
    static_cast<void>(daris::threads_from(arguments.value()));
    if (spec.name != "sweep") settle(arguments.value());
  }
  return 0;
}
