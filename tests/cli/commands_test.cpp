#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "policy/registry.h"
#include "policy/switches.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Commands : public ProgramTest {};

TEST_F(Commands, SayWhatTheyAre) {
  const ProgramResult version = daris({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output,
              testing::MatchesRegex("daris [0-9]+\\.[0-9]+\\.[0-9]+( \\([0-9a-f]{40}(-dirty)?\\))?\n"));
  const ProgramResult help = daris({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_EQ(help.messages, "");
  EXPECT_THAT(help.output, HasSubstr("130 interrupted"));
  EXPECT_EQ(daris({}).exit_code, 2);
}

TEST_F(Commands, HaveHelpWithExitCodes) {
  for (const char* const name : {"sim", "sweep", "merge", "calibrate", "replay", "validate", "ablations",
                                 "compare", "trace", "capacity", "list", "schema"}) {
    const ProgramResult help = daris({name, "--help"});
    EXPECT_EQ(help.exit_code, 0) << name;
    EXPECT_THAT(help.output, HasSubstr(std::string("Usage: daris ") + name));
    EXPECT_THAT(help.output, HasSubstr("Exit codes"));
    EXPECT_EQ(help.messages, "") << name;
    EXPECT_THAT(daris({"--help"}).output, HasSubstr(std::string("daris ") + name));
  }
}

TEST_F(Commands, HelpOfSimKnowsEveryPolicySwitchAndOption) {
  const std::string help = daris({"sim", "--help"}).output;
  for (const SwitchInfo& info : switch_table()) EXPECT_THAT(help, HasSubstr(std::string(info.key)));
  for (const char* const flag : {"--task-set",
                                 "--load",
                                 "--load-by",
                                 "--priority-mix",
                                 "--policy",
                                 "--set",
                                 "--contexts",
                                 "--streams",
                                 "--oversubscription",
                                 "--backend",
                                 "--sms",
                                 "--duration",
                                 "--warmup",
                                 "--seed",
                                 "--replications",
                                 "--profile",
                                 "--output",
                                 "--log",
                                 "--releases",
                                 "--config",
                                 "--point",
                                 "--require-slo",
                                 "--model",
                                 "--schedule",
                                 "--pace",
                                 "--deadline-ratio",
                                 "--inject"}) {
    EXPECT_THAT(help, HasSubstr(flag));
  }
}

TEST_F(Commands, ListPolicies) {
  const ProgramResult list = daris({"list", "policies"});
  EXPECT_EQ(list.exit_code, 0);
  for (const PolicyInfo& policy : policy_table())
    EXPECT_THAT(list.output, HasSubstr(std::string(policy.name)));
}

TEST_F(Commands, ListModelsTaskSetsAndSchemas) {
  EXPECT_THAT(daris({"list", "models"}).output, HasSubstr("inception_v3"));
  EXPECT_THAT(daris({"list", "task-sets"}).output, HasSubstr("resnet18-paper"));
  EXPECT_EQ(daris({"list", "profiles"}).exit_code, 0);
  EXPECT_EQ(daris({"list", "contention-models"}).exit_code, 0);
  const std::string schemas = daris({"list", "schemas"}).output;
  for (const char* const name :
       {"daris.report", "daris.sweep", "daris.task-set", "daris.profile", "daris.event-log",
        "daris.contention-model", "daris.config", "daris.ablations", "daris.comparison", "daris.blame"}) {
    EXPECT_THAT(schemas, HasSubstr(name));
    const Result<Json> schema = parse_json(daris({"schema", name}).output, name);
    ASSERT_TRUE(schema.ok()) << schema.error().message;
    EXPECT_THAT(schema.value().dump(), HasSubstr("\"" + std::string(name) + "\""));
  }
}

TEST_F(Commands, RunAndProfileSayWhatIsMissing) {
  // A copy of the program has no companions beside it.
  std::filesystem::create_directory(path("bin"));
  std::filesystem::copy_file(DARIS_PROGRAM, path("bin/daris"));
  for (const char* const name : {"run", "profile"}) {
    const std::string command =
        path("bin/daris") + " " + name + " 2> " + path("said") + "; echo $? > " + path("code");
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(read(path("code")), "3\n");
    EXPECT_THAT(read(path("said")),
                HasSubstr(std::string("bin/daris-") + name + ": can't be started: No such file"));
  }
}

// The invented profile, with measurements of stages together for one model only, so that the fit is quick.
std::string small_profile(const std::string& text) {
  Json profile = parse_json(text, "profile").value();
  Json kept = Json::array();
  for (const Json& saturation : profile["saturations"]) {
    if (saturation["model"] == "resnet18" && saturation["precision"] == "tf32" && saturation["batch"] == 1)
      kept.push_back(saturation);
  }
  profile["saturations"] = kept;
  profile["neighbours"] = Json::array();
  return write_json_line(profile);
}

TEST_F(Commands, CalibrateFitsAModelThatSimTakes) {
  const ProgramResult fit =
      daris({"calibrate", "--profile", write("small.json", small_profile(read(synthetic_profile()))), "-o",
             path("model.json")});
  ASSERT_EQ(fit.exit_code, 0) << fit.messages;
  EXPECT_THAT(fit.messages, HasSubstr("fitted on"));
  const ProgramResult fitted =
      daris({"sim", "--task-set", test_data("cameras.json"), "--profile", synthetic_profile(), "--model",
             path("model.json"), "--duration", "0.3s", "--warmup", "0.1s"});
  EXPECT_EQ(fitted.exit_code, 0) << fitted.messages;
}

TEST_F(Commands, AblationsSayWhatASwitchIsWorth) {
  const std::string sweep =
      write_sweep("s.json", R"({"load": 1.4})",
                  R"(, "replications": 3, "variants": [{}, {"staging": "off"}, {"bound": 0.8}])");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  ASSERT_EQ(daris({"merge", path("a"), "-o", path("r.json")}).exit_code, 0);
  const ProgramResult ablations = daris({"ablations", path("r.json")});
  ASSERT_EQ(ablations.exit_code, 0) << ablations.messages;
  EXPECT_THAT(ablations.messages, HasSubstr("staging"));
  const Result<Json> document = parse_json(ablations.output, "ablations");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document.value()["schema"], "daris.ablations");
}

}  // namespace
}  // namespace daris
