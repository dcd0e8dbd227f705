// The schema that ships and the reader must accept and refuse the same task sets.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "tests/workloads/task_set_text.h"
#include "workloads/task_set_json.h"

namespace daris {
namespace {

using testing::set_with;

const Json& schema() {
  static const Json schema = Json::parse(
      read_text_file(std::string(DARIS_SOURCES) + "/base/json/schemas/task-set.schema.json").value());
  return schema;
}

Status by_schema(const std::string& text) {
  return validate_document(schema(), Json::parse(text), "set.json");
}

bool by_reader(const std::string& text) { return parse_task_set(text, "set.json", "").ok(); }

TEST(TaskSetSchema, AcceptsAllBundledSetsAndWhatIsWritten) {
  const std::vector<std::string> names = task_set_names().value();
  for (const std::string& name : names) {
    const std::string text = read_text_file(find_task_set(name).value()).value();
    EXPECT_TRUE(by_schema(text).ok()) << name << ": " << by_schema(text).error().message;
    const std::string written = write_task_set(parse_task_set(text, name, "").value());
    EXPECT_TRUE(by_schema(written).ok()) << name << ": " << by_schema(written).error().message;
  }
}

TEST(TaskSetSchema, AgreesWithTheReaderOnGoodTasks) {
  for (const char* patch : {"{}",
                            R"({"count": 10000})",
                            R"({"count": 1})",
                            R"({"batch": 1024})",
                            R"({"precision": "fp32"})",
                            R"({"priority": 1000})",
                            R"({"weights": "own"})",
                            R"({"rate_hz": 0.001})",
                            R"({"rate_hz": 1000000})",
                            R"({"rate_hz": null, "period_ms": 0.001})",
                            R"({"deadline_ms": 1000000})",
                            R"({"offset_ms": 0})",
                            R"({"arrival": {"kind": "periodic"}})",
                            R"({"arrival": {"kind": "poisson"}})",
                            R"({"arrival": {"kind": "sporadic", "jitter_ms": 0}})",
                            R"({"arrival": {"kind": "gamma", "cv": 0.01}})",
                            R"({"slo": {}})",
                            R"({"slo": {"miss_rate_max": 0}})",
                            R"({"slo": {"consecutive_misses_max": 0}})",
                            R"({"slo": {"response_p90_ms_max": 0.5}})",
                            R"({"slo": {"response_p99_ms_max": 0.5}})",
                            R"({"slo": {"response_p90_ms_max": 0.5, "response_p99_ms_max": null}})",
                            R"({"slo": {"response_p90_ms_max": null, "response_p99_ms_max": 0.5}})",
                            R"({"model": "unet"})"}) {
    EXPECT_TRUE(by_schema(set_with(patch)).ok()) << patch;
    EXPECT_TRUE(by_reader(set_with(patch))) << patch;
  }
}

TEST(TaskSetSchema, AgreesWithTheReaderOnBadTasks) {
  for (const char* patch : {R"({"name": null})",
                            R"({"name": ""})",
                            R"({"name": 3})",
                            R"({"count": 0})",
                            R"({"count": 10001})",
                            R"({"count": 1.5})",
                            R"({"count": "2"})",
                            R"({"model": null})",
                            R"({"model": "vgg"})",
                            R"({"batch": 0})",
                            R"({"batch": 1025})",
                            R"({"precision": "int8"})",
                            R"({"priority": null})",
                            R"({"priority": -1})",
                            R"({"priority": 0.5})",
                            R"({"priority": 1001})",
                            R"({"weights": "mine"})",
                            R"({"rate_hz": null})",
                            R"({"rate_hz": 0})",
                            R"({"rate_hz": 1000001})",
                            R"({"rate_hz": true})",
                            R"({"period_ms": 30})",
                            R"({"rate_hz": null, "period_ms": 0})",
                            R"({"deadline_ms": 0})",
                            R"({"deadline_ms": []})",
                            R"({"offset_ms": -1})",
                            R"({"arrival": "periodic"})",
                            R"({"arrival": {}})",
                            R"({"arrival": {"kind": "weekly"}})",
                            R"({"arrival": {"kind": "periodic", "cv": 1}})",
                            R"({"arrival": {"kind": "sporadic"}})",
                            R"({"arrival": {"kind": "sporadic", "jitter_ms": -1}})",
                            R"({"arrival": {"kind": "gamma", "cv": 0}})",
                            R"({"arrival": {"kind": "gamma", "cv": 11}})",
                            R"({"arrival": {"kind": "trace"}})",
                            R"({"arrival": {"kind": "trace", "file": ""}})",
                            R"({"arrival": {"kind": "poisson", "rate": 1}})",
                            R"({"slo": {"miss_rate_max": 1.1}})",
                            R"({"slo": {"p99": 3}})",
                            R"({"slo": {"response_p90_ms_max": 0}})",
                            R"({"slo": {"response_p99_ms_max": 0}})",
                            R"({"slo": {"response_p90_ms_max": 0.5, "response_p99_ms_max": 0.6}})",
                            R"({"slo": {"consecutive_misses_max": 0.5}})",
                            R"({"slo": 3})",
                            R"({"colour": "red"})"}) {
    EXPECT_FALSE(by_schema(set_with(patch)).ok()) << patch;
    EXPECT_FALSE(by_reader(set_with(patch))) << patch;
  }
}

TEST(TaskSetSchema, AgreesWithTheReaderOnBadDocuments) {
  for (
      const char* text :
      {"{}", "[]", R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": []})",
       R"({"schema": "daris.task-set", "version": 2, "name": "x", "tasks": [{"name": "a", "model": "unet", "priority": 0, "rate_hz": 1}]})",
       R"({"schema": "daris.profile", "version": 1, "name": "x", "tasks": [{"name": "a", "model": "unet", "priority": 0, "rate_hz": 1}]})",
       R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": {}})",
       R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": [7]})",
       R"({"schema": "daris.task-set", "version": 1, "name": "", "tasks": [{"name": "a", "model": "unet", "priority": 0, "rate_hz": 1}]})"}) {
    EXPECT_FALSE(by_schema(text).ok()) << text;
    EXPECT_FALSE(by_reader(text)) << text;
  }
}

// The same the other way round: a null stands for a value that is not given.
TEST(TaskSetSchema, AgreesWithTheReaderOnNulls) {
  const std::string begin =
      R"({"schema": "daris.task-set", "version": 1, "name": "x", "tasks": [{"name": "a", "model": "unet", "priority": 0, )";
  for (const char* task :
       {R"("rate_hz": 1, "period_ms": null, "deadline_ms": null, "offset_ms": null}]})",
        R"("rate_hz": null, "period_ms": 1, "slo": null, "arrival": null}]})",
        R"("rate_hz": 1, "slo": {"miss_rate_max": null}, "arrival": {"kind": "periodic", "cv": null}}]})"}) {
    EXPECT_TRUE(by_schema(begin + task).ok()) << task;
    EXPECT_TRUE(by_reader(begin + task)) << task;
  }
  for (const char* task : {R"("rate_hz": null, "period_ms": null}]})", R"("rate_hz": 1, "count": null}]})",
                           R"("rate_hz": 1, "precision": null}]})"}) {
    EXPECT_FALSE(by_schema(begin + task).ok()) << task;
    EXPECT_FALSE(by_reader(begin + task)) << task;
  }
}

}  // namespace
}  // namespace daris
