#include "profiles/profile_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/schema.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kSyntheticFile = std::string(DARIS_SOURCES) + "/tests/data/synthetic_profile.json";

const Json& schema() {
  static const Json schema = Json::parse(
      read_text_file(std::string(DARIS_SOURCES) + "/base/json/schemas/profile.schema.json").value());
  return schema;
}

// A small right document with one of every kind of entry.
Json small_document() {
  return Json::parse(R"({"schema": "daris.profile", "version": 1, "name": "small",
    "gpu": {"name": "GPU", "compute_capability": "9.0", "driver": "580", "sms": 132, "group_sms": 8, "groups": 15,
            "memory_bytes": 80, "l2_bytes": 50, "clock_mhz_start": 1980, "clock_mhz_end": 1970},
    "command": "c", "date_utc": "d", "versions": {"cuda": "13", "cudnn": "9", "libtorch": "2", "cupti": "13"},
    "models": [{"model": "m", "precision": "tf32",
      "stages": [{"name": "s1", "units": ["u1"]}, {"name": "s2", "units": ["u2", "u3"]}], "weight_bytes": 10,
      "batches": [{"batch": 1,
        "times": [{"mechanism": "green", "sms": 8, "mps_percentage": null, "stages_ns": [[5, 6], [7]], "whole_ns": [12]},
                  {"mechanism": "mps", "sms": 32, "mps_percentage": 25, "stages_ns": [[3], [4]], "whole_ns": [7]}],
        "cold_stages_ns": [[8], [9]],
        "kernels": [[{"name": "k", "grid": [1, 2, 3], "block": [4, 5, 6], "registers_per_thread": 7,
                      "shared_memory_bytes": 8, "duration_ns": 9}], []],
        "traffic": [{"dram_read_bytes": 1, "dram_write_bytes": 2, "l2_bytes": 3},
                    {"dram_read_bytes": 4, "dram_write_bytes": 5, "l2_bytes": 6}]}]}],
    "neighbours": [{"model": "m", "precision": "tf32", "batch": 1, "neighbour_model": "n", "neighbour_precision": "fp16",
                    "neighbour_batch": 2, "mechanism": "green", "contexts": 4, "streams": 1, "oversubscription": 1.5,
                    "stages_ns": [[10], [11]]}],
    "saturations": [{"model": "m", "precision": "tf32", "batch": 1, "weights": "own", "staged": true, "mechanism": "green",
                     "contexts": 8, "streams": 1, "oversubscription": 2, "sms": 132, "jobs_per_s": 1234.5}],
    "launch_costs": [{"mechanism": "green", "launch_call_ns": [1], "launch_to_noticed_ns": [2], "empty_graph_alone_ns": [0]}]})");
}

std::string error_of(const std::function<void(Json&)>& change) {
  Json document = small_document();
  change(document);
  const Result<Profile> profile = parse_profile(document.dump(), "p.json");
  return profile.ok() ? "no error" : profile.error().message;
}

TEST(ProfileJson, ReadsEveryField) {
  const Result<Profile> read = parse_profile(small_document().dump(), "p.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Profile& profile = read.value();
  EXPECT_EQ(profile.gpu.groups, 15U);
  EXPECT_EQ(profile.gpu.clock_mhz_end, 1970);
  EXPECT_EQ(profile.cupti, "13");
  const BatchProfile& batch = profile.models.at(0).batches.at(0);
  EXPECT_EQ(profile.models[0].stages.at(1).units.at(1), "u3");
  EXPECT_EQ(batch.times.at(0).stages.at(0).ns, (std::vector<std::int32_t>{5, 6}));
  EXPECT_FALSE(batch.times[0].mps_percentage.has_value());
  EXPECT_EQ(batch.times.at(1).mps_percentage, 25U);
  EXPECT_EQ(batch.cold_stages.value().at(1).ns.at(0), 9);
  EXPECT_EQ(batch.kernels.value().at(0).at(0).block[2], 6U);
  EXPECT_TRUE(batch.kernels.value().at(1).empty());
  EXPECT_EQ(batch.traffic.value().at(1).dram_write_bytes, 5);
  EXPECT_EQ(profile.neighbours.at(0).shape.oversubscription_milli, 1500U);
  EXPECT_EQ(profile.neighbours[0].neighbour_precision, Precision::kFp16);
  EXPECT_EQ(profile.saturations.at(0).weights, Weights::kOwn);
  EXPECT_EQ(profile.saturations[0].jobs_per_s, 1234.5);
  EXPECT_EQ(profile.launch_costs.at(0).launch_to_noticed.ns.at(0), 2);
}

TEST(ProfileJson, WritesWhatReadsBackToTheSameBytes) {
  const std::string written = write_profile(parse_profile(small_document().dump(), "p.json").value());
  EXPECT_EQ(Json::parse(written), small_document());
  EXPECT_EQ(write_profile(parse_profile(written, "again").value()), written);
}

TEST(ProfileJson, ConditionsMayBeAbsent) {
  EXPECT_EQ(parse_profile(small_document().dump(), "p.json").value().conditions, ProfilingConditions());
  Json document = small_document();
  document["conditions"] = {{"algorithms", "partition"}, {"hardware_queues", 32}};
  EXPECT_TRUE(validate_document(schema(), document, "p.json").ok());
  const Profile profile = parse_profile(document.dump(), "p.json").value();
  EXPECT_EQ(profile.conditions, (ProfilingConditions{AlgorithmsOf::kPartition, 32}));
  EXPECT_EQ(Json::parse(write_profile(profile))["conditions"], document["conditions"]);
}

TEST(ProfileJson, ReadsAndWritesTheSyntheticProfile) {
  const Result<Profile> profile = read_profile(kSyntheticFile);
  ASSERT_TRUE(profile.ok()) << profile.error().message;
  EXPECT_EQ(profile.value().models.size(), 10U);
  const std::string text = read_text_file(kSyntheticFile).value();
  EXPECT_EQ(Json::parse(write_profile(profile.value())), Json::parse(text));
  const Status valid = validate_document(schema(), Json::parse(text), "synthetic");
  EXPECT_TRUE(valid.ok()) << valid.error().message;
}

struct Wrong {
  const char* pointer;  // where the document is changed
  const char* value;
  const char* message;
  bool schema_sees_it = true;
};

TEST(ProfileJson, NamesWhatIsWrongAndTheSchemaAgrees) {
  const Wrong cases[] = {
      {"/models/0/batches/0/times/0/stages_ns/1/0", "0",
       "p.json: models[0].batches[0].times[0].stages_ns[1][0]: 0 is out of range; a whole number from 1 to "
       "2147483647 "
       "is needed"},
      {"/models/0/batches/0/times/0/stages_ns", "[[5]]",
       "p.json: models[0].batches[0].times[0].stages_ns: has 1 entry; at least 2 and no other number is "
       "needed",
       false},
      {"/models/0/batches/0/times/0/whole_ns", "[]",
       "p.json: models[0].batches[0].times[0].whole_ns: has 0 entries; at least 1 is needed"},
      {"/models/0/batches/0/times/0/sms", "133",
       "p.json: models[0].batches[0].times[0].sms: 133 is out of range; a whole number from 1 to 132 is "
       "needed",
       false},
      {"/models/0/batches/0/times/0/mps_percentage", "25",
       "p.json: models[0].batches[0].times[0].mps_percentage: belongs to mechanism \"mps\" alone; null is "
       "needed"},
      {"/models/0/batches/0/times/1/mps_percentage", "null",
       "p.json: models[0].batches[0].times[1].mps_percentage: is missing, which mechanism \"mps\" needs"},
      {"/models/0/batches/0/times/0/mechanism", "\"gren\"",
       "p.json: models[0].batches[0].times[0].mechanism: \"gren\" is not known; did you mean \"green\"? "
       "\"green\", "
       "\"mps\", "
       "\"streams\" or \"cpu\" is needed"},
      {"/models/0/batches/0/kernels/0/0/grid", "[1, 2]",
       "p.json: models[0].batches[0].kernels[0][0].grid: has 2 entries; at least 3 and no other number is "
       "needed"},
      {"/models/0/batches/0/batch", "0",
       "p.json: models[0].batches[0].batch: 0 is out of range; a whole number from 1 to 65536 is needed"},
      {"/models/0/batchs", "[]", "p.json: models[0]: unknown key \"batchs\"; did you mean \"batches\"?"},
      {"/gpu/groups", "17",
       "p.json: gpu.groups: 17 groups of 8 SMs are out of range; at most 132 SMs are needed", false},
      {"/gpu/name", "7", "p.json: gpu.name: 7 is wrong; a string is needed"},
      {"/saturations/0/jobs_per_s", "0",
       "p.json: saturations[0].jobs_per_s: 0 is out of range; a number above 0 and at most 1e+12 is needed"},
      {"/saturations/0/oversubscription", "0.5",
       "p.json: saturations[0].oversubscription: 0.5 is out of range; a number from 1 to 1024 is needed"},
      {"/saturations/0/staged", "1", "p.json: saturations[0].staged: 1 is wrong; true or false is needed"},
      {"/version", "2", "p.json: version: 2 is not known; this program reads version 1"},
      {"/schema", "\"daris.report\"",
       "p.json: schema: \"daris.report\" is another kind of document; \"daris.profile\" is needed"},
  };
  for (const Wrong& wrong : cases) {
    Json document = small_document();
    document[Json::json_pointer(wrong.pointer)] = Json::parse(wrong.value);
    const Result<Profile> profile = parse_profile(document.dump(), "p.json");
    EXPECT_EQ(profile.ok() ? "no error" : profile.error().message, wrong.message) << wrong.pointer;
    EXPECT_EQ(validate_document(schema(), document, "p.json").ok(), !wrong.schema_sees_it) << wrong.pointer;
  }
}

TEST(ProfileJson, RefusesEntriesThatStandTwice) {
  const auto twice = [](const char* pointer) {
    return error_of([pointer](Json& document) {
      Json& list = document[Json::json_pointer(pointer)];
      const Json first = list[0];
      list.push_back(first);
    });
  };
  EXPECT_EQ(twice("/models"), "p.json: models[1]: stands twice in the list; each may stand there once");
  EXPECT_EQ(twice("/models/0/batches"),
            "p.json: models[0].batches[1]: stands twice in the list; each may stand there once");
  EXPECT_EQ(twice("/models/0/batches/0/times"),
            "p.json: models[0].batches[0].times[2]: stands twice in the list; each may stand there once");
  EXPECT_EQ(twice("/launch_costs"),
            "p.json: launch_costs[1]: stands twice in the list; each may stand there once");
}

TEST(ProfileJson, EveryFieldButTheMeasuredOnesMustBeThere) {
  const Json document = small_document();
  for (auto field = document.begin(); field != document.end(); ++field) {
    Json without = document;
    without.erase(field.key());
    const Result<Profile> profile = parse_profile(without.dump(), "p.json");
    ASSERT_FALSE(profile.ok()) << field.key();
    EXPECT_EQ(profile.error().message, "p.json: \"" + field.key() + "\" is missing");
    EXPECT_FALSE(validate_document(schema(), without, "p.json").ok()) << field.key();
  }
  EXPECT_EQ(error_of([](Json& changed) {
              Json& batch = changed["models"][0]["batches"][0];
              for (const char* measured : {"cold_stages_ns", "kernels", "traffic"}) batch[measured] = nullptr;
            }),
            "no error");
}

TEST(ProfileJson, AbsentIsNullAndNotZero) {
  Json document = small_document();
  Json& batch = document["models"][0]["batches"][0];
  for (const char* measured : {"cold_stages_ns", "kernels", "traffic"}) batch.erase(measured);
  const Profile profile = parse_profile(document.dump(), "p.json").value();
  EXPECT_FALSE(profile.models[0].batches[0].kernels.has_value());
  const Json written = Json::parse(write_profile(profile));
  for (const char* measured : {"cold_stages_ns", "kernels", "traffic"})
    EXPECT_TRUE(written["models"][0]["batches"][0][measured].is_null()) << measured;
}

TEST(ProfileJson, NamesAMissingFile) {
  EXPECT_THAT(read_profile("/none/p.json").error().message, HasSubstr("/none/p.json: can't be read"));
}

}  // namespace
}  // namespace daris
