#include "analysis/logs/replay.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/logs/event_log_header.h"
#include "analysis/logs/event_log_line.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

// Refuses events that can't have happened. A policy would rightly abort if it were given one.
class EventGuard {
 public:
  explicit EventGuard(const PolicySetup& setup)
      : streams_(setup.streams),
        busy_(std::size_t{setup.contexts} * setup.streams, false),
        lost_(setup.contexts, false),
        next_ordinal_(setup.tasks.size(), 0) {}

  [[nodiscard]] std::optional<std::string> refuse(Time now, std::span<const Event> events) {
    for (const Event& event : events) {
      std::optional<std::string> problem = std::visit([&](const auto& one) { return take(now, one); }, event);
      if (problem) return problem;
    }
    return std::nullopt;
  }

  void take(std::span<const Decision> decisions) {
    for (const Decision& decision : decisions) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) busy_[launch->slot.at()] = true;
    }
  }

 private:
  using Problem = std::optional<std::string>;
  Problem take(Time, const ContextLost& lost) {
    lost_[lost.context.at()] = true;
    return std::nullopt;
  }
  Problem take(Time, const LaunchFailed& failed) { return free(failed.slot); }
  Problem take(Time, const StageFinished& finished) { return free(finished.slot); }
  Problem take(Time now, const JobReleased& released) {
    std::uint32_t& next = next_ordinal_[released.job.task.at()];
    const auto problem = [&](const std::string& what) {
      return fmt::format("job {} of task {} is released {}", released.job.ordinal, released.job.task.value(),
                         what);
    };
    if (released.nominal_release > now) return problem("before its nominal release");
    if (released.job.ordinal != next) return problem(fmt::format("where job {} is next", next));
    ++next;
    return std::nullopt;
  }
  Problem take(Time, const TimerFired&) { return std::nullopt; }

  Problem free(SlotId slot) {
    if (lost_[slot.at() / streams_]) return std::nullopt;  // the policy ignores the event
    if (!busy_[slot.at()]) return fmt::format("nothing runs in slot {}", slot.value());
    busy_[slot.at()] = false;
    return std::nullopt;
  }

  std::size_t streams_;
  std::vector<bool> busy_;
  std::vector<bool> lost_;
  std::vector<std::uint32_t> next_ordinal_;
};

// A log, a fresh policy that is given its events, and how far both have got.
class LogPlayer {
 public:
  [[nodiscard]] static Result<LogPlayer> open(EventLogReader reader, const std::string& name,
                                              const OnBytesRead& on_read, const std::string& other) {
    const std::string& chosen = other.empty() ? reader.header().policy : other;
    DARIS_TRY(load_policy(chosen));
    Result<std::unique_ptr<Policy>> policy = make_policy(chosen, reader.header().setup);
    if (!policy.ok()) return policy.error().in(name + ":1");
    return LogPlayer(name, std::move(reader), std::move(policy).value(), on_read);
  }

  // Reads a step and asks the policy. Returns false at the end.
  [[nodiscard]] Result<bool> next() {
    Result<bool> more = reader_.next(step_);
    if (!more.ok() || !more.value()) return more;
    if (const std::optional<std::string> problem = guard_.refuse(step_.now, step_.events)) {
      return Error{fmt::format("{}: at {} ns {}", place(), step_.now.ns(), *problem)};
    }
    decisions_ = policy_->step(step_.now, step_.events);
    DARIS_TRY(status_of(*policy_));
    guard_.take(decisions_);
    constexpr std::uint64_t kStepsToTell = 4096;
    if (++outcome_.steps % kStepsToTell == 0) tell();
    outcome_.events += step_.events.size();
    outcome_.decisions += decisions_.size();
    return true;
  }

  [[nodiscard]] const EventLogHeader& header() const { return reader_.header(); }
  [[nodiscard]] const Policy& policy() const { return *policy_; }
  [[nodiscard]] const LoggedStep& step() const { return step_; }
  [[nodiscard]] std::span<const Decision> decisions() const { return decisions_; }
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", name_, step_.first_line); }
  [[nodiscard]] std::optional<Time> end() const { return reader_.end(); }
  [[nodiscard]] ReplayOutcome& outcome() { return outcome_; }
  [[nodiscard]] ReplayOutcome finish() {
    outcome_.truncated = reader_.truncated();
    tell();
    return outcome_;
  }

 private:
  LogPlayer(std::string name, EventLogReader reader, std::unique_ptr<Policy> policy, OnBytesRead on_read)
      : name_(std::move(name)),
        reader_(std::move(reader)),
        policy_(std::move(policy)),
        guard_(reader_.header().setup),
        on_read_(std::move(on_read)) {}

  void tell() const {
    if (on_read_) on_read_(reader_.bytes());
  }

  std::string name_;
  EventLogReader reader_;
  std::unique_ptr<Policy> policy_;
  EventGuard guard_;
  OnBytesRead on_read_;
  LoggedStep step_;
  std::span<const Decision> decisions_;
  ReplayOutcome outcome_;
};

std::string shown(std::span<const Decision> decisions, std::size_t index) {
  return index < decisions.size() ? describe(decisions[index]) : "nothing more";
}

// The first difference between the step's recorded decisions and those given now, if there is one.
std::optional<std::string> compare(const LogPlayer& player) {
  const LoggedStep& step = player.step();
  const std::span<const Decision> given = player.decisions();
  const std::span<const Decision> recorded = step.decisions;
  const auto [at, unused] = std::mismatch(recorded.begin(), recorded.end(), given.begin(), given.end());
  const auto index = static_cast<std::size_t>(at - recorded.begin());
  if (index == recorded.size() && (index == given.size() || !step.complete)) return std::nullopt;
  return fmt::format("{}: step {} at {} ns, decision {}:\n  recorded: {}\n  given:    {}", player.place(),
                     step.number, step.now.ns(), index + 1, shown(recorded, index), shown(given, index));
}

std::optional<std::string> compare_placement(const LogPlayer& player, const std::string& log) {
  const std::span<const ContextId> homes = player.policy().homes();
  const std::vector<ContextId>& recorded = player.header().placement;
  const auto [at, unused] = std::mismatch(recorded.begin(), recorded.end(), homes.begin(), homes.end());
  const auto task = static_cast<std::size_t>(at - recorded.begin());
  if (task == recorded.size() && task == homes.size()) return std::nullopt;
  const auto context = [&](std::span<const ContextId> placement) {
    return task < placement.size() ? std::to_string(placement[task].value()) : std::string("none");
  };
  return fmt::format("{}:1: placement of task {}:\n  recorded: {}\n  given:    {}", log, task,
                     context(recorded), context(homes));
}

}  // namespace

Result<ReplayOutcome> replay(const std::filesystem::path& log, const OnBytesRead& on_read,
                             const std::string& policy) {
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open_once(log));
  return replay(std::move(reader), log.string(), on_read, policy);
}

Result<ReplayOutcome> replay(EventLogReader log, const std::string& name, const OnBytesRead& on_read,
                             const std::string& policy) {
  DARIS_TRY_ASSIGN(LogPlayer player, LogPlayer::open(std::move(log), name, on_read, policy));
  player.outcome().difference = compare_placement(player, name);
  while (!player.outcome().difference) {
    DARIS_TRY_ASSIGN(const bool more, player.next());
    if (!more) break;
    player.outcome().difference = compare(player);
  }
  return player.finish();
}

Result<ReplayOutcome> decide(const std::filesystem::path& log, std::ostream& out, const OnBytesRead& on_read,
                             const std::string& policy) {
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open_once(log));
  DARIS_TRY_ASSIGN(LogPlayer player, LogPlayer::open(std::move(reader), log.string(), on_read, policy));
  EventLogHeader header = player.header();
  if (!policy.empty()) header.policy = policy;
  const std::span<const ContextId> homes = player.policy().homes();
  header.placement.assign(homes.begin(), homes.end());
  out << write_json_line(header_to_json(header)) << '\n';
  Result<bool> more = player.next();
  for (; more.ok() && more.value(); more = player.next()) {
    const LoggedStep& step = player.step();
    std::string text;
    std::size_t finished = 0;
    for (const Event& event : step.events) {
      const bool measured = std::holds_alternative<StageFinished>(event);
      append_event(text, step.number, step.now, event, measured ? &step.stages[finished++] : nullptr);
    }
    for (const Decision& decision : player.decisions())
      append_decision(text, step.number, step.now, decision);
    out << text;
  }
  if (!more.ok()) return more.error();
  if (player.end()) {
    std::string text;
    append_end(text, *player.end());
    out << text;
  }
  return player.finish();
}

}  // namespace daris
