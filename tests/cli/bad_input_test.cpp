// Input that is wrong (docs/formats.md, "Input that is wrong"), kind by kind: the program exits with 2, says
// in one line what is wrong, and writes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class BadInput : public ProgramTest {
 protected:
  // Runs `daris sim` over the invented files; `more` may replace their flags.
  void refused(Words more, const std::string& message) const {
    Words words{"sim"};
    const Words usual = inputs();
    for (std::size_t i = 0; i < usual.size(); i += 2) {
      if (std::find(more.begin(), more.end(), usual[i]) != more.end()) continue;
      words.insert(words.end(), {usual[i], usual[i + 1]});
    }
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"-o", path("report.json"), "--log", path("log")});
    refused_words(words, message);
  }
  void refused_words(const Words& words, const std::string& message) const {
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_THAT(result.messages, HasSubstr(message));
    EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
    EXPECT_EQ(result.output, "");
    EXPECT_FALSE(exists(path("report.json")));
    EXPECT_FALSE(exists(path("log")));
    EXPECT_FALSE(exists(path("sweep")));
  }
  void sweep_refused(const std::string& grid, const std::string& message) const {
    refused_words({"sweep", write_sweep("s.json", grid), "-o", path("sweep")}, message);
  }
  [[nodiscard]] std::string task_set(const std::string& task) const {
    return write("set.json",
                 R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": [)" + task + "]}");
  }
};

TEST_F(BadInput, TextThatIsCompressedOrOfAnotherEncoding) {
  const std::string zipped = write("zipped", "\x1f\x8b\x08 what gzip wrote\n");
  refused({"--task-set", zipped}, zipped + ": is compressed (gzip); unpack it first");
  refused({"--profile", zipped}, zipped + ": is compressed (gzip); unpack it first");
  refused({"--config", zipped}, zipped + ": is compressed (gzip); unpack it first");
  refused({"--releases", zipped}, zipped + ": is compressed (gzip); unpack it first");
  refused_words({"replay", zipped}, zipped + ": is compressed (gzip); unpack it first");
  const std::string wide = write("wide", "\xff\xfe{");
  refused({"--task-set", wide}, wide + ": is UTF-16; save it as UTF-8");
  refused_words({"sweep", wide, "-o", path("sweep")}, wide + ": is UTF-16; save it as UTF-8");
}

TEST_F(BadInput, MissingFile) {
  refused({"--task-set", "/nowhere/set.json"}, "/nowhere/set.json: can't be read: No such file");
  refused({"--profile", "/nowhere/p.json"}, "/nowhere/p.json");
  refused({"--model", "/nowhere/m.json"}, "/nowhere/m.json");
  refused({"--config", "/nowhere/c.json"}, "/nowhere/c.json");
  refused({"--releases", "/nowhere/log"}, "/nowhere/log");
  refused_words({"sweep", "/nowhere/s.json", "-o", path("sweep")}, "/nowhere/s.json");
  refused_words({"merge", "/nowhere"}, "/nowhere/plan.json");
  refused_words({"replay", "/nowhere/log"}, "/nowhere/log");
  refused_words({"ablations", "/nowhere/r.json"}, "/nowhere/r.json");
  refused_words({"trace", "/nowhere/log", "-o", path("t")}, "/nowhere/log");
  refused_words({"compare", "/nowhere/a.json", "/nowhere/b.json"}, "/nowhere/a.json");
  refused_words({"calibrate", "--profile", "/nowhere/p.json"}, "/nowhere/p.json");
}

TEST_F(BadInput, UnknownName) {
  refused({"--task-set", "resnet18-papr"},
          "unknown task set \"resnet18-papr\": did you mean \"resnet18-paper\"?");
  refused({"--profile", "no-such"}, "unknown profile \"no-such\"");
  refused({"--policy", "dariz"}, "--policy: unknown policy \"dariz\"; did you mean \"daris\"?");
  refused({"--backend", "gren"}, "--backend: \"gren\" is not one of green, mps, streams");
  refused_words({"schema", "daris.repot"}, "did you mean \"daris.report\"?");
  refused_words({"list", "polices"}, "did you mean \"policies\"?");
  refused_words({"simm"}, "unknown command \"simm\"; did you mean \"sim\"?");
}

TEST_F(BadInput, BrokenJson) {
  const std::string broken = write("broken.json", "{\n  \"schema\": \"daris.task-set\",,\n}");
  for (const char* const flag : {"--task-set", "--profile", "--model", "--config"})
    refused({flag, broken}, "broken.json:2:");
  refused_words({"sweep", broken, "-o", path("sweep")}, "broken.json:2:");
  refused_words({"ablations", broken}, "broken.json");
  refused_words({"compare", broken, broken}, "broken.json");
}

TEST_F(BadInput, UnknownKey) {
  refused({"--task-set",
           task_set(R"({"name": "a", "model": "resnet18", "priority": 0, "rate_hz": 30, "bacth": 2})")},
          "did you mean \"batch\"?");
  refused({"--config", write("c.json", R"({"schema": "daris.config", "version": 1, "context": 2})")},
          "c.json: context: unknown key; did you mean \"contexts\"?");
  refused({"--set", "bond=1"}, "--set: unknown switch \"bond\"; did you mean \"bound\"?");
  refused({"--lod", "1"}, "--lod: no such option of daris sim; did you mean --load?");
  sweep_refused(R"({"lod": 1})", "s.json: grid.lod: unknown key; did you mean \"load\"?");
}

TEST_F(BadInput, OptionOfAnotherCommand) {
  refused({"--realtime"}, "--realtime: no such option of daris sim; it belongs to daris run\n");
  refused({"--verify-live"}, "--verify-live: no such option of daris sim; it belongs to daris recommend\n");
  refused({"--budget", "5m"}, "it belongs to daris sweep, daris capacity\n");
  refused_words({"capacity", "--warmup-by", "mser5"}, "it belongs to daris sim, daris evaluate\n");
  refused({"--realtime=on"}, "it belongs to daris run\n");
  refused_words({"merge", "--require-slo"}, "it belongs to daris sim, daris run\n");
  refused_words({"sweep", "s.json", "--load-by", "rate"},
                "no such option of daris sweep; in a sweep it stands in the file, as \"load_by\"");
}

TEST_F(BadInput, WrongType) {
  refused(
      {"--task-set", task_set(R"({"name": "a", "model": "resnet18", "priority": "high", "rate_hz": 30})")},
      "tasks[0].priority: \"high\"");
  refused({"--config", write("c.json", R"({"schema": "daris.config", "version": 1, "load": "high"})")},
          "c.json: load: ");
  sweep_refused(R"({"contexts": [2, "four"]})", "s.json: grid.contexts[1]: ");
}

TEST_F(BadInput, ValueOutOfRange) {
  refused({"--load", "-1"}, "--load: \"-1\" is not a load above 0");
  refused({"--contexts", "0"}, "--contexts: \"0\" is not a whole number from 1 to 1024");
  refused({"--oversubscription", "0.5"}, "--oversubscription: \"0.5\" is not");
  refused({"--set", "bound=100"}, "0.01 to 10");
  refused({"--threads", "0"}, "--threads: \"0\"");
  refused({"--sms", "133"}, "sms: 133 is out of range; 8 to 132");
  refused({"--sms", "7"}, "sms: 7 is out of range; 8 to 132");
  refused({"--task-set", task_set(R"({"name": "a", "model": "resnet18", "priority": 0, "rate_hz": 0})")},
          "tasks[0].rate_hz: 0");
  sweep_refused(R"({"priority_mix": 1.5})", "s.json: grid.priority_mix: \"1.5\" is not");
}

TEST_F(BadInput, ImpossibleCombination) {
  refused({"--contexts", "16", "--oversubscription", "1"}, "16");  // more contexts than groups of SMs
  refused({"--contexts", "512", "--streams", "4"}, "2048 slots are too many");
  refused({"--warmup", "20s"}, "must be shorter than the duration, ");
  refused({"--policy", "static", "--backend", "streams"}, "needs contexts that share no SM");
  refused({"--backend", "cpu"}, "\"cpu\" has no model");
  refused({"--point", "0123"}, "--point: needs --config");
  refused({"--batch-limit", "0"}, "--batch-limit: \"0\"");
  sweep_refused(R"({"contexts": [4, 16], "oversubscription": 1})", "16");
}

TEST_F(BadInput, WhatTheProfileLacks) {
  const std::string task = R"("name": "a", "priority": 0, "rate_hz": 30)";
  refused({"--task-set", task_set("{" + task + R"(, "model": "resnet18", "batch": 3})")}, "batch");
  refused({"--task-set", task_set("{" + task + R"(, "model": "resnet18", "precision": "fp32"})")}, "fp32");
  refused({"--task-set", task_set("{" + task + R"(, "model": "resnet81"})")}, "resnet18");
}

TEST_F(BadInput, MoreContextsThanMpsServes) {
  refused({"--backend", "mps", "--contexts", "20", "--oversubscription", "1"},
          "contexts: 20 contexts of 6 SMs");
  refused({"--backend", "mps", "--contexts", "49"}, "contexts: 49 is out of range");
}

TEST_F(BadInput, WhatABundledProfileHas) {
  refused_words(
      {"sim", "--task-set", "humanoid", "--profile", "h100-80gb-hbm3"},
      "has no model small_cnn; it has inception_v3, resnet18, resnet50, unet; the bundled profile h200 "
      "has all networks of this run (--profile h200)\n");
  refused({"--task-set",
           task_set(R"({"name": "a", "model": "resnet18", "priority": 0, "rate_hz": 30, "batch": 7})")},
          "it has batches 1, 2, 4, 8, 16, 32\n");  // no bundled profile has it either
}

TEST_F(BadInput, ShapeWithoutTimes) {
  const Words merged{"sim", "--task-set", "resnet18-120-own-weights", "--policy", "merged", "--profile"};
  Words words = merged;
  words.push_back("h200");
  refused_words(words, "outside the profiled range of 64 to 132; it has those for --contexts ");
  words.back() = "h100-80gb-hbm3";
  refused_words(words, "--what times`; the bundled profile h200 has all networks of this run");
}

TEST_F(BadInput, WrongUse) {
  refused_words({"sim", "--load"}, "--load");
  refused_words({"sim", "extra"}, "\"extra\" is one too many");
  refused_words({"sim", "--load", "1", "--load", "2"}, "--load: is given twice");
  refused_words({"sim"}, "--task-set");
  refused_words({"merge"}, "DIR is missing");
  refused_words({"replay"}, "LOG is missing");
  refused_words({"replay", "log", "-o", path("report.json")}, "goes with --decide");
  refused_words({"sweep", write_sweep("s.json", "{}")}, "-o DIR is missing");
  refused_words({"sweep", write_sweep("s.json", "{}"), "-o", path("sweep"), "--shard", "3/2"},
                "--shard: \"3/2\"");
}

TEST_F(BadInput, AnotherKindOfDocument) {
  refused({"--task-set", test_data("contention.json")}, "\"daris.task-set\" is needed");
  refused({"--profile", test_data("cameras.json")}, "\"daris.profile\" is needed");
  refused({"--model", test_data("cameras.json")}, "\"daris.contention-model\" is needed");
  refused({"--config", test_data("cameras.json")}, "is not \"daris.config\"");
  refused_words({"ablations", test_data("cameras.json")}, "cameras.json");
}

TEST_F(BadInput, PointThatTheReportLacks) {
  ASSERT_EQ(simulate({"--duration", "0.3s", "--warmup", "0.1s", "-o", path("r.json")}).exit_code, 0);
  refused_words({"sim", "--config", path("r.json"), "--point", "ffff"}, "ffff");
}

TEST_F(BadInput, ReportWhoseConfigurationsAreBroken) {
  ASSERT_EQ(simulate({"--duration", "0.3s", "--warmup", "0.1s", "-o", path("r.json")}).exit_code, 0);
  const Json whole = read_report(path("r.json")).value();
  const auto refused_with = [&](const char* key, const Json& value, const std::string& message) {
    Json report = whole;
    Json& config = report["points"][0]["config"];
    if (value.is_discarded()) {
      config.erase(key);
    } else {
      config[key] = value;
    }
    const std::string file = write("broken.json", report.dump());
    const std::string place = "broken.json: [points][0][config]";
    for (const Words& words : {Words{"report", file, "-o", path("sweep")}, Words{"ablations", file},
                               Words{"compare", file, file}, Words{"sim", "--config", file}}) {
      refused_words(words, place);
      refused_words(words, message);
    }
  };
  const Json absent(Json::value_t::discarded);
  for (const char* const key : {"policy", "priority_mix", "task_set", "load", "switches"})
    refused_with(key, absent, key);
  refused_with("policy", nullptr, "policy");
  refused_with("priority_mix", "all", "priority_mix");
  refused_with("switches", Json::array(), "switches");
  refused_with("switches", {{"bound", 1}}, "[switches][bound]");
  refused_with("backend", nullptr, "backend");
}

TEST_F(BadInput, FolderInsteadOfAFile) {
  refused_words({"sweep", path(""), "-o", path("sweep")}, "can't be read");
}

}  // namespace
}  // namespace daris
