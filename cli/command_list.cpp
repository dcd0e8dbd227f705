#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "base/host/data_directory.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/json/schemas.h"
#include "base/nearest_name.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/inputs.h"
#include "policy/registry.h"
#include "workloads/model_catalog.h"

namespace daris {
namespace {

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

std::string shape_of(const PolicyInfo& policy) {
  if (policy.single_slot) return "one context, one stream";
  if (policy.scripted) return "contexts and streams of its log, any OS";
  return policy.isolated ? "any contexts and streams, OS = 1" : "any contexts, streams and OS";
}

Result<std::string> list_policies() {
  std::string text;
  for (const PolicyInfo& policy : policy_table()) {
    text += fmt::format("{:<10} {}\n{:<10} {}; {}\n", policy.name, policy.summary, "", shape_of(policy),
                        policy.switches.empty() ? "no switches" : "switches: " + joined(policy.switches));
  }
  return text;
}

Result<std::string> list_models() {
  std::string text;
  for (const ModelInfo& model : model_catalog()) {
    text += fmt::format("{:<13} {} ({} stages, {:.1f} M parameters)\n", model.name, model.summary,
                        model.default_stages.size(), static_cast<double>(model.parameters) / 1e6);
  }
  return text;
}

std::string describe(const TaskGroup& group) {
  const double hz = static_cast<double>(kNsPerSecond) / static_cast<double>(group.period.ns());
  return fmt::format("{} x {} {} on level {} at {:.6g} Hz{}", group.count, group.model,
                     to_text(group.precision), group.priority, hz,
                     group.weights == Weights::kOwn ? ", own weights" : "");
}

Result<std::string> list_task_sets() {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data("workloads/task_sets"));
  std::string text;
  Inputs inputs;
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, inputs.task_set(name));
    std::string groups;
    for (const TaskGroup& group : set->contents.groups)
      groups += (groups.empty() ? "" : "; ") + describe(group);
    text += fmt::format("{:<22} {}\n", name, groups);
  }
  return text;
}

Result<std::string> list_profiles() {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data("profiles/data"));
  std::string text;
  Inputs inputs;
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> profile, inputs.profile(name));
    const Profile& contents = profile->contents;
    text += fmt::format("{:<22} {}, {} SMs, driver {}, {}\n", name, contents.gpu.name, contents.gpu.sms,
                        contents.gpu.driver, contents.date_utc);
    for (const ModelProfile& model : contents.models) {
      std::string batches;
      for (const BatchProfile& batch : model.batches) batches += fmt::format(" {}", batch.batch);
      text += fmt::format("{:<22}   {} {}: batches{}\n", "", model.model, to_text(model.precision), batches);
    }
  }
  return text;
}

Result<std::string> list_contention_models() {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data("sim/data/contention"));
  std::string text;
  Inputs inputs;
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(const std::shared_ptr<const ContentionInput> model, inputs.contention(name, ""));
    text += fmt::format("{:<22} fitted on {}\n", name, model->contents.gpu);
  }
  return text;
}

Result<std::string> list_schemas() {
  std::string text;
  for (const Schema& schema : all_schemas()) text += fmt::format("{:<24} {}\n", schema.name, schema.title);
  return text;
}

struct Kind {
  std::string_view name;
  Result<std::string> (*list)();
};
constexpr std::array<Kind, 6> kKinds{{{"policies", list_policies},
                                      {"models", list_models},
                                      {"task-sets", list_task_sets},
                                      {"profiles", list_profiles},
                                      {"contention-models", list_contention_models},
                                      {"schemas", list_schemas}}};

}  // namespace

CommandSpec list_spec() {
  CommandSpec spec;
  spec.name = "list";
  spec.usage = "policies|models|task-sets|profiles|contention-models|schemas";
  spec.description = "Lists what the program knows, one entry a line (continued lines are indented).";
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "what to list";
  spec.notes =
      "Bundled files are looked for in $DARIS_DATA_DIR, beside the program in ../share/daris, and in its "
      "sources.\n" +
      exit_codes_help();
  return spec;
}

int command_list(std::span<const std::string> words) {
  const CommandLine line = read_command_line(list_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const std::string& name = line.arguments.operands().front();
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) {
    names.push_back(kind.name);
    if (kind.name != name) continue;
    const Result<std::string> text = kind.list();
    if (!text.ok()) return fail(text.error());
    return conclude(write_output("", text.value()));
  }
  return fail(kBadInput, "\"" + printable(name) + "\" can't be listed; " + did_you_mean(name, names));
}

}  // namespace daris
