#include "tests/policy/scenario.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "policy/policy.h"
#include "policy/registry.h"
#include "policy/schedule_builder.h"
#include "tests/policy/decision_text.h"

namespace daris::testing {
namespace {

// It is thrown and caught in this file alone.
struct Misread {
  std::string message;
};

// The words of one line, taken one by one.
class Words {
 public:
  explicit Words(const std::string& line) : stream_(line) {}
  [[nodiscard]] std::optional<std::string> try_next() {
    std::string word;
    if (stream_ >> word) return word;
    return std::nullopt;
  }
  [[nodiscard]] std::string next(const std::string& what) {
    std::optional<std::string> word = try_next();
    if (!word) throw Misread{what + " is missing"};
    return *word;
  }
  void expect(const std::string& word) {
    const std::string found = next("\"" + word + "\"");
    if (found != word) throw Misread{"\"" + found + "\" stands where \"" + word + "\" should"};
  }

 private:
  std::istringstream stream_;
};

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Misread{"\"" + text + "\" is not a number"};
  return value;
}
std::int64_t next_number(Words& words, const std::string& what) { return number(words.next(what)); }
std::uint32_t next_index(Words& words, const std::string& what) {
  return static_cast<std::uint32_t>(next_number(words, what));
}
Duration next_duration(Words& words, const std::string& what) {
  return Duration::from_ns(next_number(words, what));
}

class Player {
 public:
  std::string play(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line); ++line_) {
      if (line.rfind('>', 0) == 0) continue;
      if (line.rfind(' ', 0) != 0) finish_step();
      out_ += line + "\n";
      if (!line.empty() && line[0] != '#') take(line);
    }
    finish_step();
    return out_;
  }
  [[nodiscard]] int line() const { return line_; }

 private:
  void take(const std::string& line) {
    Words words(line);
    const std::string command = words.next("a command");
    if (line[0] == ' ') {
      take_event(command, words);
    } else if (command == "at") {
      now_ = Time::from_ns(next_number(words, "the time"));
      stepping_ = true;
    } else if (command == "show") {
      show(words.next("what to show"), words);
    } else {
      take_setup(command, words);
    }
    if (const auto more = words.try_next()) throw Misread{"\"" + *more + "\" is one word too many"};
  }

  void take_setup(const std::string& command, Words& words) {
    if (policy_ != nullptr) throw Misread{"\"" + command + "\" comes after the first step"};
    if (command == "policy") {
      policy_name_ = words.next("the policy");
    } else if (command == "contexts") {
      setup_.contexts = next_index(words, "the number");
    } else if (command == "streams") {
      setup_.streams = next_index(words, "the number");
    } else if (command == "context") {
      add_levels(words);
    } else if (command == "set") {
      set(words.next("key=value"));
    } else if (command == "group") {
      add_group(words);
    } else if (command == "task") {
      add_task(words);
    } else if (command == "schedule") {
      add_to_schedule(words);
    } else {
      throw Misread{"unknown command \"" + command + "\""};
    }
  }

  void add_levels(Words& words) {
    const std::uint32_t context = next_index(words, "the context");
    words.expect("levels");
    setup_.context_levels.resize(setup_.contexts);
    if (context >= setup_.contexts) throw Misread{"there is no such context"};
    while (const auto word = words.try_next())
      setup_.context_levels[context].push_back(static_cast<std::uint32_t>(number(*word)));
  }

  void set(const std::string& assignment) {
    const std::size_t equals = std::min(assignment.find('='), assignment.size() - 1);
    const Status status =
        set_switch(setup_.switches, assignment.substr(0, equals), assignment.substr(equals + 1));
    if (!status.ok()) throw Misread{status.error().message};
  }

  void add_group(Words& words) {
    BatchGroupSetup group;
    words.expect("limit");
    group.batch_limit = next_index(words, "the limit");
    words.expect("times");
    while (const auto word = words.try_next()) {
      const std::size_t colon = word->find(':');
      if (colon == std::string::npos) throw Misread{"\"" + *word + "\" is not inputs:nanoseconds"};
      group.times.push_back(batch_time(number(word->substr(0, colon)), word->substr(colon + 1)));
    }
    setup_.batch_groups.push_back(group);
  }

  static BatchTime batch_time(std::int64_t inputs, const std::string& stages) {
    BatchTime time{static_cast<std::uint32_t>(inputs), Duration(), {}};
    std::istringstream words(stages);
    for (std::string word; std::getline(words, word, '+'); time.execution += time.stages.back())
      time.stages.push_back(Duration::from_ns(number(word)));
    return time;
  }

  void add_task(Words& words) {
    TaskSetup task;
    names_.push_back(words.next("the task's name"));
    while (const auto key = words.try_next()) {
      if (*key == "level") {
        task.level = next_index(words, "the level");
      } else if (*key == "period") {
        task.period = task.relative_deadline = next_duration(words, "the period");
      } else if (*key == "deadline") {
        task.relative_deadline = next_duration(words, "the deadline");
      } else if (*key == "inputs") {
        task.inputs = next_index(words, "the number of inputs");
      } else if (*key == "group") {
        task.batch_group = next_index(words, "the group");
      } else if (*key == "stages") {
        while (const auto estimate = words.try_next())
          task.stage_estimates.push_back(Duration::from_ns(number(*estimate)));
      } else {
        throw Misread{"unknown property \"" + *key + "\""};
      }
    }
    setup_.tasks.push_back(task);
  }

  void add_to_schedule(Words& words) {
    const Time at = Time::from_ns(next_number(words, "the recorded time"));
    const std::string what = words.next("a decision");
    if (what == "launch") return add_launch(at, words);
    const JobId job = job_of(words.next("the job"));
    if (what == "admit") {
      words.expect("context");
      record(at, AdmitJob{job, ContextId(next_index(words, "the context"))});
    } else if (what == "reject") {
      words.expect("utilization");
      record(at, RejectJob{job, RejectReason::kUtilization});
    } else if (what == "drop") {
      words.expect("certainly-late");
      record(at, DropJob{job, DropReason::kCertainlyLate});
    } else {
      throw Misread{"a schedule has no \"" + what + "\""};
    }
  }

  void add_launch(Time at, Words& words) {
    LaunchStage launch;
    words.expect("slot");
    launch.slot = SlotId(next_index(words, "the slot"));
    words.expect("stage");
    launch.stage = StageIndex(next_index(words, "the stage") - 1);
    words.expect("batch");
    launch.batch = next_index(words, "the batch");
    std::vector<JobId> jobs;
    while (const auto job = words.try_next()) jobs.push_back(job_of(*job));
    launch.jobs = jobs;
    record(at, launch);
  }

  void record(Time at, const Decision& decision) { builder_.take(at, {&decision, 1}); }

  void take_event(const std::string& command, Words& words) {
    if (!stepping_) throw Misread{"an event without an \"at\" before it"};
    if (command == "release") {
      const JobId job = job_of(words.next("the job"));
      Time nominal = now_;
      if (const auto word = words.try_next()) {
        if (*word != "nominal") throw Misread{"\"" + *word + "\" stands where \"nominal\" should"};
        nominal = Time::from_ns(next_number(words, "the nominal release"));
      }
      events_.emplace_back(JobReleased{job, nominal});
    } else if (command == "finish") {
      words.expect("slot");
      const SlotId slot(next_index(words, "the slot"));
      words.expect("time");
      events_.emplace_back(StageFinished{slot, next_duration(words, "the execution time")});
    } else if (command == "lose") {
      words.expect("context");
      events_.emplace_back(ContextLost{ContextId(next_index(words, "the context"))});
    } else if (command == "fail") {
      words.expect("slot");
      events_.emplace_back(LaunchFailed{SlotId(next_index(words, "the slot")), LaunchFailure::kRefused});
    } else if (command == "timer") {
      events_.emplace_back(TimerFired{TimerId(next_index(words, "the timer"))});
    } else {
      throw Misread{"unknown event \"" + command + "\""};
    }
  }

  void show(const std::string& what, Words& words) {
    std::string line = "> " + what;
    if (what == "estimates") {
      const std::string name = words.next("the task");
      line += " " + name;
      for (const Duration estimate : policy().estimates(task_of(name)))
        line += " " + std::to_string(estimate.ns());
    } else if (what == "homes") {
      const std::span<const ContextId> homes = policy().homes();
      for (std::size_t t = 0; t < homes.size(); ++t)
        line += " " + names_[t] + ":" + std::to_string(homes[t].value());
    } else {
      throw Misread{"can't show \"" + what + "\""};
    }
    out_ += line + "\n";
  }

  void finish_step() {
    if (!stepping_) return;
    stepping_ = false;
    const std::vector<std::string> lines = to_text(policy().step(now_, events_), names_);
    for (const std::string& line : lines) out_ += "> " + line + "\n";
    if (lines.empty()) out_ += "> nothing\n";
    events_.clear();
  }

  Policy& policy() {
    if (policy_ != nullptr) return *policy_;
    setup_.schedule = std::make_shared<const Schedule>(std::move(builder_).build());
    Result<std::unique_ptr<Policy>> made = make_policy(policy_name_, setup_);
    if (!made.ok()) throw Misread{made.error().message};
    policy_ = std::move(made).value();
    return *policy_;
  }

  TaskId task_of(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) throw Misread{"no task is called \"" + name + "\""};
    return TaskId(static_cast<std::uint32_t>(found - names_.begin()));
  }

  JobId job_of(const std::string& text) const {
    const std::size_t mark = text.find('#');
    if (mark == std::string::npos) throw Misread{"\"" + text + "\" is not task#ordinal"};
    return {static_cast<std::uint32_t>(number(text.substr(mark + 1))), task_of(text.substr(0, mark))};
  }

  PolicySetup setup_;
  ScheduleBuilder builder_;
  std::string policy_name_;
  TaskNames names_;
  std::unique_ptr<Policy> policy_;
  Time now_;
  bool stepping_ = false;
  std::vector<Event> events_;
  std::string out_;
  int line_ = 1;
};

}  // namespace

Result<std::string> play_scenario(const std::string& text) {
  Player player;
  try {
    return player.play(text);
  } catch (const Misread& misread) {
    return Error{"line " + std::to_string(player.line()) + ": " + misread.message};
  }
}

}  // namespace daris::testing
