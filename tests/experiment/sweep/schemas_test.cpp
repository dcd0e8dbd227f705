// The schemas of configurations, sweeps and plans accept what the program reads and writes, option by option,
// so that they can't drift apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "experiment/config_json.h"
#include "experiment/run_options.h"
#include "experiment/sweep/sweep_file.h"
#include "experiment/sweep/sweep_folder.h"
#include "policy/switches.h"

namespace daris {
namespace {

using testing::UnorderedElementsAreArray;

const std::filesystem::path kSources = DARIS_SOURCES;

Json schema_of(std::string_view name) { return Json::parse(schema_text(name)); }

// Empty if the schema accepts the document.
std::string refusal(std::string_view schema, const Json& document) {
  const Status status = validate_document(schema_of(schema), document, std::string(schema));
  return status.ok() ? "" : status.error().message;
}

Json read(const std::filesystem::path& file) {
  const Result<std::string> text = read_text_file(file);
  EXPECT_TRUE(text.ok()) << file;
  return Json::parse(text.value());
}

// Values of one option that the program takes, and values that it refuses; a JSON list each.
struct OptionValues {
  std::string_view key;
  std::string_view good;
  std::string_view bad;
};

constexpr OptionValues kValues[] = {
    {"task_set", R"(["resnet18-paper", "sets/a.json"])", R"(["", 3])"},
    {"load", "[0.5, 1000, null]", R"([0, 1001, "1"])"},
    {"load_by", R"(["count", "rate"])", R"(["task", null])"},
    {"priority_mix", "[0.5, null]", R"([-0.1, 1.1, "0.5"])"},
    {"deadline_ratio", "[0.01, 1, 100, null]", R"([0, 100.1, "0.5"])"},
    {"shape", R"(["auto", null])", R"(["best", 8, true])"},
    {"policy", R"(["daris", "edf"])", R"(["", 3, null])"},
    {"batch_limit", "[1, 65536, null]", R"([0, 65537, 1.5, "8"])"},
    {"contexts", "[1, 1024]", R"([0, 1025, 1.5, null, "8"])"},
    {"streams", "[1, 1024]", R"([0, 1025, 1.5, null, "8"])"},
    {"oversubscription", R"([1, 1.5, 1024, "contexts", null])", R"([0.5, 1025, "all"])"},
    {"backend", R"(["green", "mps", "streams", "cpu", "auto"])", R"(["gpu", null])"},
    {"sms", "[1, 65536, null]", R"([0, 65537, 1.5, "8"])"},
    {"duration_s", "[0, 2.5, 999999]", R"([-1, 1000000, "10s", null])"},
    {"warmup_s", "[0, 2.5, 999999]", R"([-1, 1000000, "1s", null])"},
    {"seed", "[0, 1, 9223372036854775807]", R"([-1, 1.5, "1", null])"},
    {"replications", "[1, 100000]", R"([0, 100001, 1.5, null])"},
    {"profile", R"(["h100-80gb-hbm3", null])", R"(["", 3])"},
    {"model", R"(["h100-80gb-hbm3", null])", R"(["", 3])"},
    {"releases", R"(["log.jsonl", null])", R"(["", 3])"},
    {"schedule", R"(["log.jsonl", null])", R"(["", 3])"},
    {"power", R"(["h200", null])", R"(["", 3])"},
    {"inject", R"(["storm.json", null])", R"(["", 3])"},
    {"partition", R"(["rows.json", null])", R"(["", 3])"},
    {"precision", "[0.01, 1, null]", R"([0, 1.5, "1%"])"},
    {"precision_of", R"(["level0_loss_rate", null])", R"(["", 3])"},
    {"replications_max", "[1, 100000]", R"([0, 100001, 1.5, null])"},
    {"warmup_by", R"(["time", "mser5"])", R"([true, null, "auto"])"},
    {"blame", R"(["on", "off"])", R"([true, null, "yes"])"},
    {"copies", R"(["on", "off"])", R"([true, null, "yes"])"},
    {"saturation", R"(["on", "off"])", R"([false, null, "no"])"},
    {"goal", R"(["throughput", "latency"])", R"(["speed", null, 3])"},
    {"realtime", R"(["on", "off"])", R"([true, null, "yes"])"},
    {"device", "[0, 1023]", R"([-1, 1024, 1.5, null])"},
};

Json config_with(std::string_view key, const Json& value) {
  return {{"schema", "daris.config"}, {"version", 1}, {std::string(key), value}};
}

bool program_takes(std::string_view key, const Json& value) {
  RunConfig config;
  return apply_config_json(config, config_with(key, value), "config.json").ok();
}

std::vector<std::string> option_keys() {
  std::vector<std::string> keys;
  for (const RunOption& option : run_options()) keys.emplace_back(option.key);
  return keys;
}

TEST(ConfigSchema, HasEveryOptionAndNoOther) {
  std::vector<std::string> keys = option_keys();
  keys.insert(keys.end(), {"schema", "version", "switches"});
  std::vector<std::string> in_schema;
  const Json schema = schema_of("daris.config");
  for (const auto& [key, unused] : schema["properties"].items()) in_schema.push_back(key);
  EXPECT_THAT(in_schema, UnorderedElementsAreArray(keys));
}

TEST(ConfigSchema, AgreesWithTheProgramOnEveryOption) {
  std::vector<std::string> tried;
  for (const OptionValues& values : kValues) {
    tried.emplace_back(values.key);
    for (const Json& value : Json::parse(values.good)) {
      EXPECT_TRUE(program_takes(values.key, value)) << values.key << " " << value;
      EXPECT_EQ(refusal("daris.config", config_with(values.key, value)), "") << values.key << " " << value;
    }
    for (const Json& value : Json::parse(values.bad)) {
      EXPECT_FALSE(program_takes(values.key, value)) << values.key << " " << value;
      EXPECT_NE(refusal("daris.config", config_with(values.key, value)), "") << values.key << " " << value;
    }
  }
  EXPECT_THAT(tried, UnorderedElementsAreArray(option_keys()));
}

TEST(ConfigSchema, AcceptsWhatIsWritten) {
  RunConfig config;
  config.task_set = "set";
  for (const bool live : {false, true}) {
    if (live) {
      config.copies = false;
      config.saturation = false;
      config.device = 1;
      config.automatic_backend = true;
    }
    Json written = config_to_json(config);
    written["schema"] = "daris.config";
    written["version"] = 1;
    EXPECT_EQ(refusal("daris.config", written), "");
  }
}

TEST(SweepSchema, HasEveryOptionAndEverySwitchAsAxis) {
  std::vector<std::string> keys = option_keys();
  for (const SwitchInfo& info : switch_table()) keys.emplace_back(info.key);
  std::vector<std::string> in_schema;
  const Json schema = schema_of("daris.sweep");
  for (const Json& key : schema["definitions"]["key"]["enum"]) in_schema.push_back(key);
  EXPECT_THAT(in_schema, UnorderedElementsAreArray(keys));
}

TEST(SweepSchema, AcceptsAllBundledSweeps) {
  std::size_t sweeps = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSources / "workloads" / "sweeps")) {
    if (entry.path().extension() != ".json") continue;
    ++sweeps;
    EXPECT_EQ(refusal("daris.sweep", read(entry.path())), "") << entry.path();
    EXPECT_TRUE(parse_sweep(read(entry.path()).dump(), entry.path()).ok()) << entry.path();
  }
  EXPECT_GE(sweeps, 13U);
}

TEST(SweepSchema, AgreesWithTheProgramOnTheFieldsBesideTheGrid) {
  const auto sweep_with = [](const char* patch) {
    Json sweep = {{"schema", "daris.sweep"}, {"version", 1}};
    sweep.update(Json::parse(patch));
    return sweep;
  };
  for (const char* patch : {R"({"name": "a"})", R"({"name": null})", R"({"task_sets": "a"})",
                            R"({"profile": null, "model": null})", R"({"variants": [{}, {"copies": "off"}]})",
                            R"({"grid": {"device": [0, 1], "bound": 0.9, "staging": [true, "off"]}})"}) {
    EXPECT_EQ(refusal("daris.sweep", sweep_with(patch)), "") << patch;
    EXPECT_TRUE(parse_sweep(sweep_with(patch).dump(), "s.json").ok()) << patch;
  }
  for (const char* patch :
       {R"({"name": ""})", R"({"task_sets": []})", R"({"profile": ["a"]})", R"({"variants": []})",
        R"({"variants": [3]})", R"({"grid": {"devices": 0}})", R"({"grid": []})", R"({"colour": "red"})"}) {
    EXPECT_NE(refusal("daris.sweep", sweep_with(patch)), "") << patch;
    EXPECT_FALSE(parse_sweep(sweep_with(patch).dump(), "s.json").ok()) << patch;
  }
}

TEST(SweepPlanSchema, AcceptsThePlanOfAFolder) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "schemas_test_sweep";
  const SweepFolder folder(path);
  for (const SweepPlan& plan :
       {SweepPlan{"", {}, {}},
        SweepPlan{"live", {0x0123456789abcdef, 255}, {"NVIDIA A, driver 1", "CPU b"}}}) {
    ASSERT_TRUE(folder.write_plan(plan).ok());
    EXPECT_EQ(refusal("daris.sweep-plan", read(path / "plan.json")), "");
    const Result<SweepPlan> found = folder.read_plan();
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found.value().machines, plan.machines);
    EXPECT_EQ(found.value().ids, plan.ids);
  }
  std::filesystem::remove_all(path);
}

TEST(SweepPlanSchema, AcceptsThatOfTheFirstVersion) {
  const std::filesystem::path plan = kSources / "tests/cli/data/version-0.1.0/sweep/plan.json";
  EXPECT_EQ(refusal("daris.sweep-plan", read(plan)), "");
}

}  // namespace
}  // namespace daris
