// Compares the quick way to read a line of an event log with the one by a JSON parser. If the quick one reads
// a line, the other does too and gives the same. It reads all lines that daris writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/logs/event_log_line.h"
#include "policy/policy.h"
#include "tests/analysis/logs/log_line_text.h"
#include "tests/analysis/tiny_world.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using namespace std::string_view_literals;
using testing::run_tiny_world;
using testing::TemporaryFolder;
using testing::text_of;
using testing::tiny_header;
using testing::tiny_setup;

LineLimits limits() { return {8, 16, 240, std::vector<std::uint32_t>(240, 4)}; }

constexpr std::int64_t kTimeMax = std::int64_t{1} << 60;
constexpr std::uint32_t kIdMax = UINT32_MAX;

Time at(std::int64_t ns) { return Time::from_ns(ns); }
JobId job(std::uint32_t task, std::uint32_t ordinal) { return {ordinal, TaskId(task)}; }

// Lines of all kinds, some with the smallest and largest values that there are. They have no line feeds.
std::vector<std::string> lines_of_every_kind() {
  std::vector<std::string> lines;
  const auto event = [&](std::uint64_t step, std::int64_t now, const Event& one,
                         const StageMeasurement* measured) {
    append_event(lines.emplace_back(), step, at(now), one, measured);
  };
  const auto decision = [&](const Decision& one) {
    append_decision(lines.emplace_back(), 12, at(345'678), one);
  };
  const Duration longest = Duration::from_ns((std::int64_t{1} << 40) - 1);
  const StageMeasurement measured{at(17), longest, Duration(), Duration::from_ns(10), Duration::from_ns(900)};
  event(0, 0, ContextLost{ContextId(7)}, nullptr);
  for (const LaunchFailure reason :
       {LaunchFailure::kOutOfMemory, LaunchFailure::kDeviceError, LaunchFailure::kRefused})
    event(1, 5, LaunchFailed{SlotId(15), reason}, nullptr);
  event(7, kTimeMax, StageFinished{SlotId(10), longest}, &measured);
  event(7, 100, StageFinished{SlotId(0), Duration()}, nullptr);
  event(kTimeMax, 100, JobReleased{job(239, kIdMax), at(99)}, nullptr);
  event(8, 100, TimerFired{TimerId(kIdMax)}, nullptr);
  decision(AdmitJob{job(0, 0), ContextId(3)});
  for (const RejectReason reason : {RejectReason::kUtilization, RejectReason::kCertainlyLate,
                                    RejectReason::kNoContext, RejectReason::kNotScheduled})
    decision(RejectJob{job(10, 1), reason});
  for (const DropReason reason :
       {DropReason::kCertainlyLate, DropReason::kContextLost, DropReason::kLaunchFailed})
    decision(DropJob{job(10, 1), reason});
  decision(MigrateTask{TaskId(100), ContextId(0), ContextId(7)});
  const std::vector<JobId> one{job(3, 9)};
  const std::vector<JobId> three{job(3, 9), job(4, 2), job(239, kIdMax)};
  decision(LaunchStage{SlotId(0), StageIndex(0), 1, one});
  decision(LaunchStage{SlotId(15), StageIndex(3), kIdMax, three});
  decision(SetTimer{TimerId(0), at(kTimeMax)});
  decision(SetTimer{TimerId(5), Time::never()});
  append_end(lines.emplace_back(), at(300));
  for (std::string& line : lines) line.pop_back();
  return lines;
}

bool scans(const std::string& text) {
  LogLine line;
  return scan_line(text, limits(), line);
}

// Whether the line was scanned. If it was, the parser must give the same.
bool scans_as_parsed(const std::string& text) {
  LogLine scanned;
  if (!scan_line(text, limits(), scanned)) return false;
  const Result<LogLine> parsed = parse_line(text, "log:1", limits());
  EXPECT_EQ(text_of(scanned), parsed.ok() ? text_of(parsed.value()) : parsed.error().message) << text;
  return true;
}

TEST(EventLogScan, ReadsEveryKindOfLine) {
  for (const std::string& line : lines_of_every_kind()) EXPECT_TRUE(scans_as_parsed(line)) << line;
}

TEST(EventLogScan, ReadsEveryLineOfARun) {
  const PolicySetup setup = tiny_setup();
  const std::unique_ptr<Policy> policy = make_policy("daris", setup).value();
  const TemporaryFolder folder;
  auto writer = EventLogWriter::create(folder / "log", tiny_header(setup, *policy));
  Observer* const observers[] = {writer.value().get()};
  run_tiny_world(setup, *policy, 50'000, observers);
  ASSERT_TRUE(writer.value()->close().ok());
  std::istringstream text(testing::contents(folder / "log"));
  std::string line;
  std::getline(text, line);
  std::size_t count = 0;
  for (; std::getline(text, line); ++count) EXPECT_TRUE(scans_as_parsed(line)) << line;
  EXPECT_GT(count, 500U);
}

// Leaves out, doubles and replaces each byte. A line that the parser refuses is never read.
TEST(EventLogScan, NeverReadsWhatTheParserRefuses) {
  constexpr std::string_view kBytes = "0919-+.eEnaz_\"\\,:{}[] \t\r\n\0\x7f\xc3"sv;
  std::size_t read = 0;
  for (const std::string& line : lines_of_every_kind()) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      read += scans_as_parsed(line.substr(0, i)) ? 1 : 0;
      read += scans_as_parsed(std::string(line).erase(i, 1)) ? 1 : 0;
      for (const char byte : kBytes) {
        std::string changed = line;
        changed[i] = byte;
        read += scans_as_parsed(changed) ? 1 : 0;
        read += scans_as_parsed(std::string(line).insert(i, 1, byte)) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(read, 1'000U) << "other digits are right as well";
}

TEST(EventLogScan, LeavesWhatDarisDoesNotWriteToTheParser) {
  const std::string line = lines_of_every_kind().front();
  EXPECT_TRUE(scans(line));
  for (const std::string& other :
       {line + " ", " " + line, line + "\r", line + line, line + ",", std::string(), std::string("{}")})
    EXPECT_FALSE(scans(other)) << other;
  for (const char* const other : {
           R"({"now_ns":0,"step":0,"event":"timer_fired","timer":0})",                       // other order
           R"({"step": 0,"now_ns":0,"event":"timer_fired","timer":0})",                      // a space
           R"({"step":00,"now_ns":0,"event":"timer_fired","timer":0})",                      // no JSON
           R"({"step":-0,"now_ns":0,"event":"timer_fired","timer":0})",                      // a sign
           R"({"step":0,"now_ns":0.0,"event":"timer_fired","timer":0})",                     // a fraction
           R"({"step":0,"now_ns":1e3,"event":"timer_fired","timer":0})",                     // an exponent
           R"({"step":0,"now_ns":0,"event":"timer_fired","timer":"0"})",                     // another type
           R"({"step":0,"now_ns":0,"event":"timer_fired"})",                                 // one is missing
           R"({"step":0,"now_ns":0,"event":"timer_fired","timer":0,"timer":0})",             // twice
           R"({"step":0,"now_ns":0,"event":"timer_fired","timer":0,"slot":0})",              // one too many
           R"({"step":0,"now_ns":0,"decision":"timer_fired","timer":0})",                    // an event
           R"({"step":0,"now_ns":0,"event":"admit_job","task":0,"ordinal":0,"context":0})",  // a decision
           R"({"step":0,"now_ns":0,"event":"timer_firedd","timer":0})",                      // unknown
           R"({"step":0,"now_ns":0,"event":"\u0074imer_fired","timer":0})",                  // escaped
           R"({"step":0,"now_ns":0,"event":"stage_finished","slot":0,"execution_ns":1,"alone_ns":2})",  // not
                                                                                                        // all
       })
    EXPECT_FALSE(scans(other)) << other;
}

TEST(EventLogScan, ReadsNothingOutOfRange) {
  for (
      const char* const line : {
          R"({"step":1152921504606846977,"now_ns":0,"event":"timer_fired","timer":0})",
          R"({"step":0,"now_ns":1152921504606846977,"event":"timer_fired","timer":0})",
          R"({"step":0,"now_ns":18446744073709551616,"event":"timer_fired","timer":0})",
          R"({"step":0,"now_ns":99999999999999999999999999,"event":"timer_fired","timer":0})",
          R"({"step":0,"now_ns":0,"event":"timer_fired","timer":4294967296})",
          R"({"step":0,"now_ns":0,"event":"context_lost","context":8})",
          R"({"step":0,"now_ns":0,"event":"stage_finished","slot":16,"execution_ns":1})",
          R"({"step":0,"now_ns":0,"event":"stage_finished","slot":0,"execution_ns":1099511627776})",
          R"({"step":0,"now_ns":0,"decision":"migrate_task","task":240,"from":0,"to":0})",
          R"({"step":0,"now_ns":0,"decision":"launch_stage","slot":0,"stage":5,"batch":1,"jobs":[{"task":0,"ordinal":0}]})",
          R"({"step":0,"now_ns":0,"decision":"launch_stage","slot":0,"stage":0,"batch":1,"jobs":[{"task":0,"ordinal":0}]})",
          R"({"step":0,"now_ns":0,"decision":"launch_stage","slot":0,"stage":1,"batch":0,"jobs":[{"task":0,"ordinal":0}]})",
          R"({"step":0,"now_ns":0,"decision":"launch_stage","slot":0,"stage":1,"batch":1,"jobs":[]})",
          R"({"step":0,"now_ns":0,"decision":"launch_stage","slot":0,"stage":1,"batch":1,"jobs":[{"task":240,"ordinal":0}]})",
          R"({"end_ns":1152921504606846977})",
      }) {
    EXPECT_FALSE(scans(line)) << line;
    EXPECT_FALSE(parse_line(line, "log:1", limits()).ok()) << line;
  }
}

TEST(EventLogScan, ReadsNoLaunchOfMoreJobsThanTheParserDoes) {
  std::vector<JobId> jobs(4096);
  std::string line;
  append_decision(line, 0, Time(), LaunchStage{SlotId(0), StageIndex(0), 1, jobs});
  line.pop_back();
  EXPECT_TRUE(scans_as_parsed(line));
  line.clear();
  jobs.emplace_back();
  append_decision(line, 0, Time(), LaunchStage{SlotId(0), StageIndex(0), 1, jobs});
  line.pop_back();
  EXPECT_FALSE(scans(line));
  EXPECT_FALSE(parse_line(line, "log:1", limits()).ok());
}

}  // namespace
}  // namespace daris
