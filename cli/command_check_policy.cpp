#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <new>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/parse_value.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/run_options.h"
#include "plugin/apart.h"
#include "plugin/check/policy_check.h"
#include "plugin/loader.h"

namespace daris {
namespace {

constexpr std::uint64_t kCasesMax = 1'000'000'000;

Result<std::uint64_t> number_of(const Arguments& given, const std::string& flag, std::uint64_t otherwise,
                                std::uint64_t least) {
  if (!given.has(flag)) return otherwise;
  const std::optional<std::uint64_t> number = parse_count(given.text(flag));
  if (number && *number >= least && *number <= kCasesMax) return *number;
  return Error{fmt::format("--{}: \"{}\" is not a whole number from {} to {}", flag, given.text(flag), least,
                           kCasesMax)};
}

// The seed at which the check is, where a copy of this process can write it too.
class SharedSeed {
 public:
  static Result<SharedSeed> make() {
    void* const place = ::mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return environment_error("out of memory");
    return SharedSeed(new (place) std::atomic<std::uint64_t>(0));
  }
  void set(std::uint64_t seed) { seed_->store(seed); }
  [[nodiscard]] std::uint64_t get() const { return seed_->load(); }

 private:
  explicit SharedSeed(std::atomic<std::uint64_t>* seed) : seed_(seed) {}
  std::atomic<std::uint64_t>* seed_;  // mapped until the program ends
};

std::string text_of(const std::string& name, const PolicyCheck& check) {
  std::string text = fmt::format(
      "{}: {} random task sets, {} steps; {} jobs released, {} rejected, {} completed, {} dropped; "
      "{} contexts lost, {} launches failed\n",
      printable(name), check.cases, check.steps, check.released, check.rejected, check.completed,
      check.dropped, check.contexts_lost, check.launches_failed);
  for (const CheckedProperty& property : check.properties) {
    text += fmt::format("{:<7} {}\n", property.broken ? "broken" : "ok", property.name);
    if (!property.broken) continue;
    const BrokenCase& first = *property.broken;
    text += fmt::format("        first: seed {}, at {} ns: {}\n        setup: {}\n", first.seed,
                        first.at.ns(), printable(first.what), first.setup);
  }
  return text;
}

ProgressMode progress_mode(const Arguments& given) {
  if (given.has("progress")) return ProgressMode::kAlways;
  return given.has("no-progress") ? ProgressMode::kNever : ProgressMode::kAuto;
}

struct Task {
  std::string name;
  PolicyCheckOptions options;
  ProgressMode progress = ProgressMode::kAuto;
};

Result<Task> task_of(const Arguments& given) {
  Task task;
  task.name = given.operands().front();
  RunConfig known;
  DARIS_TRY(set_option(known, *find_run_option("policy"), task.name));
  DARIS_TRY_ASSIGN(task.options.cases, number_of(given, "cases", task.options.cases, 1));
  DARIS_TRY_ASSIGN(task.options.first_seed, number_of(given, "seed", task.options.first_seed, 0));
  task.progress = progress_mode(given);
  return task;
}

int check_and_print(Task task, SharedSeed seed) {
  Progress progress(task.options.cases, "cases", task.progress);
  task.options.begin = [&](std::uint64_t number) {
    progress.advance_to(number - task.options.first_seed);
    seed.set(number);
    return true;
  };
  const PolicyCheck check = check_policy(task.name, task.options);
  progress.wipe();
  const Status written = write_output("", text_of(task.name, check));
  if (!written.ok()) return fail(written.error());
  return check.passed() ? kDone : kCheckFailed;
}

}  // namespace

// The check runs in a copy of this process, so that a policy which crashes is told about too.
CommandSpec check_policy_spec() {
  CommandSpec spec;
  spec.name = "check-policy";
  spec.usage = "FILE|NAME [options]";
  spec.description =
      "Checks a policy on random task sets, with lost contexts and failed launches: what every policy owes "
      "an\n"
      "executor, and that it decides by its events alone. Prints each property as ok or broken, with the "
      "first\n"
      "case. Exits with 1 if one is broken.";
  spec.flags = {{"cases", "N", "how many random task sets (default: 1000)"},
                {"seed", "N", "of the first; the others follow (default: 1)"},
                {"progress", "", "show progress even if standard error is not a terminal"},
                {"no-progress", "", "never show it"}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "FILE|NAME";
  spec.notes =
      "Examples:\n"
      "  daris check-policy ./mine.so\n"
      "  daris check-policy ./mine.so --seed 17 --cases 1     one case alone, as under a debugger\n" +
      exit_codes_help();
  return spec;
}

int command_check_policy(std::span<const std::string> words) {
  const CommandLine line = read_command_line(check_policy_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const Result<Task> task = task_of(line.arguments);
  if (!task.ok()) return fail(task.error());
  const StatusLine status(task.value().progress);  // of the copy, which may end without wiping it
  catch_interrupts({std::chrono::milliseconds(0), "interrupted; the check is not finished",
                    status.shown() && status.terminal()});
  if (const Status loaded = load_policy(task.value().name); !loaded.ok()) return fail(loaded.error());
  const Result<SharedSeed> seed = SharedSeed::make();
  if (!seed.ok()) return fail(seed.error());
  const Result<ApartEnding> ending =
      run_apart([&] { return check_and_print(task.value(), seed.value()); }, {});
  if (!ending.ok()) return fail(ending.error());
  if (ending.value().signal == 0) return ending.value().exit_status;
  status.clear();
  return fail(kCheckFailed, fmt::format("{}: {} in the case of seed {}", printable(task.value().name),
                                        ending.value().trouble(), seed.value().get()));
}

}  // namespace daris
