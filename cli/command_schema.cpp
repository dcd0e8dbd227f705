#include <vector>

#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/json/schemas.h"
#include "base/nearest_name.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"

namespace daris {

CommandSpec schema_spec() {
  CommandSpec spec;
  spec.name = "schema";
  spec.usage = "NAME";
  spec.description = "Prints the JSON Schema of a kind of document (`daris list schemas`).";
  spec.flags = {{"output,o", "FILE", "write it there", false, true}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "NAME";
  spec.notes = "Example:\n  daris schema daris.report" + exit_codes_help();
  return spec;
}

int command_schema(std::span<const std::string> words) {
  const CommandLine line = read_command_line(schema_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const std::string& name = line.arguments.operands().front();
  std::vector<std::string_view> names;
  for (const Schema& schema : all_schemas()) {
    names.push_back(schema.name);
    if (schema.name != name) continue;
    return conclude(write_output(line.arguments.text("output"), schema.text));
  }
  return fail(kBadInput, "unknown schema \"" + printable(name) + "\"; " + did_you_mean(name, names));
}

}  // namespace daris
