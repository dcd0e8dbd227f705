// An error in the last point of a sweep is found before the first one runs: nothing runs, and nothing is
// written. There is a case for every kind of error that settling or checking a point has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class SweepRefusal : public ProgramTest {
 protected:
  // The sweep has two points that could run, and then one with `wrong`.
  void refused(const Json& wrong, const std::string& message) const {
    const Json good = {{"task_set", test_data("cameras.json")},
                       {"profile", synthetic_profile()},
                       {"model", test_data("contention.json")},
                       {"duration_s", 0.5},
                       {"warmup_s", 0.1},
                       {"contexts", 4}};
    Json second = good;
    second["contexts"] = 2;
    Json last = good;
    last.update(wrong);
    const Json sweep = {
        {"schema", "daris.sweep"}, {"version", 1}, {"variants", Json::array({good, second, last})}};
    const std::string file = write("s.json", sweep.dump());
    for (const bool dry : {false, true}) {
      std::vector<std::string> words{"sweep", file, "-o", path("sweep")};
      if (dry) words.emplace_back("--dry-run");
      const ProgramResult result = daris(words);
      EXPECT_EQ(result.exit_code, 2) << result.messages;
      EXPECT_THAT(result.messages, HasSubstr(message));
      EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
      EXPECT_EQ(result.output, "");
      EXPECT_FALSE(exists(path("sweep")));
    }
  }
  [[nodiscard]] std::string task_set(const std::string& rest) const {
    return write("set.json",
                 R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": [{"name": "a", )"
                 R"("model": "resnet18", "priority": 0, )" +
                     rest + "}]}");
  }
  [[nodiscard]] std::string changed(const std::string& file, const std::string& name,
                                    const std::string& path_in_it, const Json& value) const {
    Json document = Json::parse(read(file));
    document[Json::json_pointer(path_in_it)] = value;
    return write(name, document.dump());
  }
  [[nodiscard]] std::string log_of(const std::string& name) const {
    EXPECT_EQ(simulate({"--contexts", "4", "--duration", "0.3s", "--warmup", "0.1s", "--log", path(name),
                        "-o", path("r.json")})
                  .exit_code,
              0);
    return path(name);
  }
};

TEST_F(SweepRefusal, WhatSettlingRefuses) {
  refused({{"contexts", 512}, {"streams", 4}}, "2048 slots are too many");
  refused({{"warmup_s", 20}}, "must be shorter than the duration, ");
  refused({{"policy", "static"}, {"backend", "streams"}}, "needs contexts that share no SM");
  refused({{"backend", "cpu"}}, "\"cpu\" has no model");
  refused({{"backend", "auto"}}, "\"auto\" has no model");
  refused({{"policy", "scripted"}}, "executes a recorded schedule");
  refused({{"task_set", "/nowhere"}}, "/nowhere");
  refused({{"profile", "/nowhere"}}, "/nowhere");
  refused({{"model", "/nowhere"}}, "/nowhere");
  refused({{"releases", "/nowhere"}}, "/nowhere");
  refused({{"schedule", "/nowhere"}}, "/nowhere");
  refused({{"task_set", "resnet18-papr"}}, "did you mean \"resnet18-paper\"?");
}

TEST_F(SweepRefusal, LogsThatDoNotFit) {
  const std::string log = log_of("log");
  refused({{"releases", log}, {"replications", 2}}, "the releases of a log are one replication");
  refused({{"releases", log}, {"schedule", log}}, "stands beside a schedule");
  refused({{"schedule", log}, {"policy", "edf"}}, "is executed by policy \"scripted\", not \"edf\"");
  refused({{"schedule", log}, {"contexts", 2}, {"duration_s", 0.2}}, "is a schedule of 4 contexts");
  refused({{"schedule", log}, {"duration_s", 100}}, "a duration of 100 s is asked for");
  refused({{"releases", log}, {"task_set", task_set(R"("rate_hz": 30)")}}, "has no task of group \"a\"");
}

TEST_F(SweepRefusal, MachinesAndPartitionsThatCannotBe) {
  refused({{"sms", 133}}, "sms: 133 is out of range");
  refused({{"contexts", 16}, {"oversubscription", 1}}, "don't fit side by side");
  refused({{"backend", "mps"}, {"contexts", 49}}, "MPS serves at most 48 clients");
  refused({{"backend", "mps"}, {"contexts", 20}, {"oversubscription", 1}}, "which grants at least 8");
  refused({{"profile", changed(synthetic_profile(), "p.json", "/gpu/group_sms", 0)}},
          "of a GPU without green contexts");
}

TEST_F(SweepRefusal, WhatProfileAndModelLack) {
  refused({{"task_set", task_set(R"("rate_hz": 30, "batch": 3)")}}, "for batch 3");
  refused({{"task_set", task_set(R"("rate_hz": 30, "precision": "fp32")")}}, "in precision fp32");
  refused({{"backend", "mps"},
           {"model", changed(test_data("contention.json"), "m.json", "/backends/mps", nullptr)}},
          "has no parameters for backend mps");
}

TEST_F(SweepRefusal, ScalesThatTheSetCannotHave) {
  refused({{"load", 1000}}, "at most 10000 are possible");
  refused({{"load", 0.000001}, {"load_by", "rate"}}, "load: brings \"front\" to a period");
  refused({{"deadline_ratio", 100}, {"task_set", task_set(R"("rate_hz": 0.01)")}},
          "to a deadline of 1e+07 ms; at most 1e+06 is possible");
  refused({{"priority_mix", 0}, {"task_set", task_set(R"("rate_hz": 30)")}},
          "the tasks are all of level 0; tasks below it are needed");
  refused({{"priority_mix", 0.5}, {"task_set", task_set(R"("rate_hz": 30)")}},
          "the tasks are all of level 0");
}

}  // namespace
}  // namespace daris
