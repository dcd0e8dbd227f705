#include "analysis/logs/event_log.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/logs/event_log_header.h"
#include "analysis/logs/event_log_reader.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/json/write.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "policy/schedule.h"
#include "tests/analysis/run_script.h"
#include "tests/analysis/tiny_world.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using testing::at;
using testing::contents;
using ::testing::HasSubstr;
using testing::job;
using testing::Moment;
using testing::ns;
using testing::TemporaryFolder;
using testing::tiny_header;
using testing::tiny_setup;
using testing::write;

EventLogHeader header() {
  const PolicySetup setup = tiny_setup();
  return tiny_header(setup, *make_policy("daris", setup).value());
}

// A step that has all kinds of events and of decisions.
Moment everything(std::int64_t now) {
  Moment moment(now);
  moment.event(ContextLost{ContextId(1)}).event(LaunchFailed{SlotId(0), LaunchFailure::kDeviceError});
  moment.finished(1, 77, 70, 80, 75).released(job(3, 9), now - 5).event(TimerFired{TimerId(4)});
  moment.admit(job(3, 9)).reject(job(2, 1), RejectReason::kNoContext).drop(job(1, 2));
  moment.decision(MigrateTask{TaskId(5), ContextId(0), ContextId(1)}).launch(1, 1, {job(3, 9), job(4, 2)});
  return moment.decision(SetTimer{TimerId(4), at(900)}).decision(SetTimer{TimerId(5), Time::never()});
}

std::string log_of(std::initializer_list<Moment> moments, std::optional<std::int64_t> end_ns) {
  const TemporaryFolder folder;
  const auto file = folder / "log.jsonl";
  auto writer = EventLogWriter::create(file, header());
  for (const Moment& moment : moments) moment.feed(*writer.value());
  if (end_ns) writer.value()->on_end(at(*end_ns));
  EXPECT_TRUE(writer.value()->close().ok());
  return contents(file);
}

Result<EventLogReader> read(const std::string& text) {
  return EventLogReader::from_stream(std::make_unique<std::istringstream>(text), "log.jsonl");
}

// The message of the first error, in the header or behind it.
std::string first_error(const std::string& text) {
  Result<EventLogReader> reader = read(text);
  if (!reader.ok()) return reader.error().message;
  LoggedStep step;
  Result<bool> more = true;
  while (more.ok() && more.value()) more = reader.value().next(step);
  return more.ok() ? "no error" : more.error().message;
}

std::string first_line() { return log_of({}, std::nullopt); }

std::string with_line(const std::string& line) { return first_line() + line + "\n" + "{\"end_ns\":9}\n"; }

TEST(EventLog, EveryLineObeysTheSchema) {
  std::istringstream lines(log_of({everything(100), everything(200)}, 300));
  const Json schema = Json::parse(schema_text("daris.event-log"));
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    const Status status = validate_document(schema, Json::parse(line), "line");
    EXPECT_TRUE(status.ok()) << line << "\n" << status.error().message;
    ++count;
  }
  EXPECT_EQ(count, 1 + 2 * 12 + 1);
}

// A timer is taken back by null, or by leaving its instant out.
TEST(EventLog, ReaderAndSchemaAgreeOnATimerWithoutAnInstant) {
  const Json schema = Json::parse(schema_text("daris.event-log"));
  for (const std::string end : {"", R"(,"at_ns":null)", R"(,"at_ns":9)"}) {
    const std::string line = R"({"step":0,"now_ns":5,"decision":"set_timer","timer":1)" + end + "}";
    EXPECT_TRUE(validate_document(schema, Json::parse(line), "line").ok()) << line;
    EXPECT_EQ(first_error(with_line(line)), "no error") << line;
  }
}

TEST(EventLog, WhatIsWrittenIsReadBack) {
  Result<EventLogReader> reader = read(log_of({everything(100), Moment(100).released(job(0, 0), 100)}, 300));
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  LoggedStep step;
  ASSERT_TRUE(reader.value().next(step).value());
  EXPECT_EQ(step.now, at(100));
  ASSERT_EQ(step.events.size(), 5U);
  EXPECT_EQ(std::get<LaunchFailed>(step.events[1]), (LaunchFailed{SlotId(0), LaunchFailure::kDeviceError}));
  EXPECT_EQ(std::get<JobReleased>(step.events[3]), (JobReleased{job(3, 9), at(95)}));
  ASSERT_EQ(step.stages.size(), 1U);
  EXPECT_EQ(step.stages[0].started, at(23));
  EXPECT_EQ(step.stages[0].estimate_afet, ns(75));
  ASSERT_EQ(step.decisions.size(), 7U);
  EXPECT_EQ(std::get<RejectJob>(step.decisions[1]), (RejectJob{job(2, 1), RejectReason::kNoContext}));
  const std::vector<JobId> jobs = {job(3, 9), job(4, 2)};
  EXPECT_EQ(std::get<LaunchStage>(step.decisions[4]), (LaunchStage{SlotId(1), StageIndex(1), 2, jobs}));
  EXPECT_EQ(std::get<SetTimer>(step.decisions[6]), (SetTimer{TimerId(5), Time::never()}));
  ASSERT_TRUE(reader.value().next(step).value()) << "a second step of the same instant stays apart";
  EXPECT_EQ(step.number, 1U);
  EXPECT_EQ(step.events.size(), 1U);
  EXPECT_FALSE(reader.value().next(step).value());
  EXPECT_FALSE(reader.value().truncated());
  EXPECT_EQ(reader.value().end(), at(300));
}

TEST(EventLog, TheHeaderIsReadBack) {
  const Result<EventLogReader> reader = read(first_line());
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  const EventLogHeader& found = reader.value().header();
  const EventLogHeader written = header();
  EXPECT_EQ(*found.config, *written.config);
  EXPECT_EQ(found.placement, written.placement);
  EXPECT_EQ(found.task_names, written.task_names);
  EXPECT_EQ(found.setup.switches, written.setup.switches);
  EXPECT_EQ(found.setup.tasks[4].period, written.setup.tasks[4].period);
  EXPECT_EQ(found.setup.tasks[4].stage_estimates, written.setup.tasks[4].stage_estimates);
  EXPECT_EQ(found.setup.batch_groups[0].times[0].execution, written.setup.batch_groups[0].times[0].execution);
}

TEST(EventLog, SwitchesThatItLacksHaveThePolicysDefaults) {
  for (const std::string policy : {"daris", "daris-batched"}) {
    Json line = Json::parse(first_line());
    line["policy"] = policy;
    line["setup"]["switches"] = Json::object({{"estimator", "afet"}});
    const Result<EventLogReader> reader = read(line.dump() + "\n");
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    PolicySwitches expected = default_switches(*find_policy(policy));
    expected.estimator = Estimator::kAfet;
    EXPECT_EQ(reader.value().header().setup.switches, expected) << policy;
  }
}

TEST(EventLog, KeepsTheScheduleThatItsPolicyExecutes) {
  Schedule schedule;
  schedule.jobs = {{job(0, 0), ContextId(1), {}, {}},
                   {job(0, 1), ContextId(), RejectReason::kNotScheduled, {}},
                   {job(1, 0), ContextId(0), {}, ScheduledDrop{DropReason::kContextLost, at(70)}}};
  schedule.launched_jobs = {job(0, 0), job(1, 0)};
  schedule.launches = {{SlotId(1), StageIndex(1), 4, 0, 2, at(60)}};
  EventLogHeader with = header();
  with.setup.schedule = std::make_shared<const Schedule>(schedule);
  const std::string line = write_json_line(header_to_json(with));
  EXPECT_THAT(line, HasSubstr(R"("launches":[[1,2,4,60,0,0,1,0]])"));
  const Result<EventLogHeader> read = parse_header(line, "log:1");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(write_json_line(header_to_json(read.value())), line);
  const Schedule& found = *read.value().setup.schedule;
  EXPECT_EQ(found.jobs[1].rejected, RejectReason::kNotScheduled);
  EXPECT_EQ(found.jobs[2].drop->at, at(70));
  EXPECT_EQ(found.launches[0].jobs, 2U);
  EXPECT_EQ(parse_header(write_json_line(header_to_json(header())), "log:1").value().setup.schedule, nullptr);
}

TEST(EventLog, SaysWhatIsWrongWithASchedule) {
  EventLogHeader with = header();
  with.setup.schedule = std::make_shared<const Schedule>();
  const std::string line = write_json_line(header_to_json(with));
  const auto error = [&](const std::string& what, const std::string& by) {
    std::string text = line;
    text.replace(text.find(what), what.size(), by);
    const Result<EventLogHeader> read = parse_header(text, "log:1");
    return read.ok() ? std::string() : read.error().message;
  };
  EXPECT_THAT(error(R"("admitted":[])", R"("admitted":[[0,0]])"),
              HasSubstr("log:1: setup.schedule.admitted[0]"));
  EXPECT_THAT(error(R"("admitted":[])", R"("admitted":[[0,0,0],[0,0,1]])"), HasSubstr("a job stands twice"));
  EXPECT_THAT(error(R"("rejected":{})", R"("rejected":{"no_contxt":[]})"), HasSubstr("no_context"));
  EXPECT_THAT(error(R"("dropped":{})", R"("dropped":{"certainly_late":[[0,0,5]]})"),
              HasSubstr("not admitted"));
  EXPECT_THAT(error(R"("launches":[])", R"("launches":[[0,0,1,5,0,0]])"), HasSubstr("stage from 1"));
  EXPECT_THAT(error(R"("launches":[])", R"("launches":[[0,1,1,5,0,0,1]])"), HasSubstr("stage from 1"));
  EXPECT_THAT(error(R"("launches":[])", R"("launches":[[0,1,1,5,0,99999999999]])"), HasSubstr("too large"));
}

// A run may be killed at any byte. What is there is read, and no more is claimed.
TEST(EventLog, CutOffAnywhereItIsReadUpToThere) {
  const std::string text = log_of({everything(100), everything(200)}, 300);
  const std::size_t header_bytes = text.find('\n');
  for (std::size_t length = header_bytes + 1; length + 1 < text.size(); length += 7) {
    Result<EventLogReader> reader = read(text.substr(0, length));
    ASSERT_TRUE(reader.ok()) << length << ": " << reader.error().message;
    LoggedStep step;
    bool complete = true;
    Result<bool> more = reader.value().next(step);
    for (; more.ok() && more.value(); more = reader.value().next(step)) {
      EXPECT_TRUE(complete) << "only the last step may be incomplete";
      complete = step.complete;
    }
    ASSERT_TRUE(more.ok()) << length << ": " << more.error().message;
    EXPECT_TRUE(reader.value().truncated());
  }
}

TEST(EventLog, WrongLinesAreNamedWithFileAndLine) {
  EXPECT_THAT(first_error(""), HasSubstr("log.jsonl: is empty"));
  EXPECT_THAT(first_error("{}\n"), HasSubstr("log.jsonl:1"));
  EXPECT_THAT(first_error(with_line("{\"step\":0,\"now_ns\":1")), HasSubstr("log.jsonl:2"));
  EXPECT_THAT(
      first_error(with_line(R"({"step":0,"now_ns":1,"event":"stage_finishd","slot":0,"execution_ns":1})")),
      HasSubstr("stage_finished"));
  EXPECT_THAT(first_error(with_line(R"({"step":0,"now_ns":1,"event":"timer_fired","timr":0})")),
              HasSubstr("timer"));
  EXPECT_THAT(first_error(with_line(R"({"step":0,"now_ns":1,"event":"timer_fired","slot":0})")),
              HasSubstr("\"slot\""));
  EXPECT_THAT(
      first_error(with_line(R"({"step":0,"now_ns":1,"event":"stage_finished","slot":2,"execution_ns":1})")),
      HasSubstr("slot: 2 is out of range"));
  EXPECT_THAT(first_error(with_line(R"({"step":0,"now_ns":1,"event":"context_lost","context":-1})")),
              HasSubstr("-1"));
  EXPECT_THAT(
      first_error(with_line(
          R"({"step":0,"now_ns":1,"decision":"launch_stage","slot":0,"stage":3,"batch":1,"jobs":[{"task":0,"ordinal":0}]})")),
      HasSubstr("stage: 3 is out of range; a whole number from 1 to 2 is needed"));
  EXPECT_THAT(
      first_error(with_line(
          R"({"step":0,"now_ns":1,"decision":"launch_stage","slot":0,"stage":0,"batch":1,"jobs":[{"task":0,"ordinal":0}]})")),
      HasSubstr("stage: 0 is out of range; a whole number from 1 to 2 is needed"));
  EXPECT_THAT(first_error(with_line(
                  R"({"step":0,"now_ns":1,"decision":"reject_job","task":0,"ordinal":0,"reason":"mood"})")),
              HasSubstr("reason"));
}

TEST(EventLog, LinesOutOfOrderAreErrors) {
  const std::string late = R"({"step":5,"now_ns":50,"event":"timer_fired","timer":0})";
  EXPECT_THAT(
      first_error(with_line(late + "\n" + R"({"step":6,"now_ns":49,"event":"timer_fired","timer":0})")),
      HasSubstr("times never decrease"));
  EXPECT_THAT(
      first_error(with_line(late + "\n" + R"({"step":4,"now_ns":51,"event":"timer_fired","timer":0})")),
      HasSubstr("numbered upwards"));
  EXPECT_THAT(
      first_error(with_line(late + "\n" + R"({"step":5,"now_ns":50,"event":"context_lost","context":0})")),
      HasSubstr("in the order"));
  EXPECT_THAT(
      first_error(with_line(late + "\n" + R"({"step":5,"now_ns":51,"event":"timer_fired","timer":1})")),
      HasSubstr("now_ns differs"));
  EXPECT_THAT(first_error(first_line() + "{\"end_ns\":3}\n" + late + "\n"), HasSubstr("behind the end line"));
}

TEST(EventLog, AFolderThatIsNotThereIsNamed) {
  const auto writer = EventLogWriter::create("/dev/null/log.jsonl", header());
  ASSERT_FALSE(writer.ok());
  EXPECT_THAT(writer.error().message, HasSubstr("/dev/null/log.jsonl: the event log can't be written: "
                                                "/dev/null: can't be written: Not a directory"));
  EXPECT_FALSE(EventLogReader::open("/nonexistent/log.jsonl").ok());
  EXPECT_THAT(EventLogReader::open("/tmp").error().message, HasSubstr("is a folder"));
}

TEST(EventLog, FoldersOnTheWayAreMade) {
  const TemporaryFolder folder;
  const auto writer = EventLogWriter::create(folder / "a/b/log.jsonl", header());
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  ASSERT_TRUE(writer.value()->close().ok());
  EXPECT_TRUE(EventLogReader::open(folder / "a/b/log.jsonl").ok());
}

TEST(EventLog, AFullDiskIsToldAtTheEnd) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  auto writer = EventLogWriter::create("/dev/full", header());
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < 1000; ++i) everything(100 + i).feed(*writer.value());
  const Status status = writer.value()->close();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("/dev/full: the event log can't be written: No space left"));
}

TEST(EventLog, ReleasesAreTakenOutSorted) {
  const TemporaryFolder folder;
  write(folder / "log.jsonl", log_of({Moment(100).released(job(1, 0), 90).released(job(0, 0), 95),
                                      Moment(200).released(job(0, 1), 93)},
                                     300));
  const Result<LoggedReleases> logged = read_releases(folder / "log.jsonl", 6);
  ASSERT_TRUE(logged.ok()) << logged.error().message;
  const ReleaseList expected = {{at(90), job(1, 0)}, {at(93), job(0, 1)}, {at(95), job(0, 0)}};
  EXPECT_EQ(logged.value().releases, expected);
  EXPECT_EQ(logged.value().end, at(300));
  EXPECT_FALSE(logged.value().cut_off);
  const Result<LoggedReleases> other = read_releases(folder / "log.jsonl", 5);
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("has releases of 6 tasks; the task set has 5"));
}

TEST(EventLog, ReleasesOfALogThatWasCutOffEndAtItsLastStep) {
  const TemporaryFolder folder;
  const std::string whole =
      log_of({Moment(100).released(job(1, 0), 90), Moment(200).released(job(0, 0), 195)}, 300);
  write(folder / "log.jsonl", whole.substr(0, whole.rfind("{\"end_ns\"")));
  const Result<LoggedReleases> logged = read_releases(folder / "log.jsonl", 6);
  ASSERT_TRUE(logged.ok()) << logged.error().message;
  EXPECT_TRUE(logged.value().cut_off);
  EXPECT_EQ(logged.value().end, at(200));
}

}  // namespace
}  // namespace daris
