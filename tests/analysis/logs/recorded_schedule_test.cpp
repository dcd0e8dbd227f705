#include "drive/recorded_schedule.h"
#include "analysis/logs/schedule_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/policy.h"
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
using testing::run_tiny_world;
using testing::TemporaryFolder;
using testing::tiny_header;
using testing::tiny_setup;
using testing::write;

std::string log_of_daris() {
  const PolicySetup setup = tiny_setup();
  const std::unique_ptr<Policy> policy = make_policy("daris", setup).value();
  const TemporaryFolder folder;
  const auto writer = EventLogWriter::create(folder / "log", tiny_header(setup, *policy));
  Observer* const observers[] = {writer.value().get()};
  run_tiny_world(setup, *policy, 50'000, observers);
  EXPECT_TRUE(writer.value()->close().ok());
  return contents(folder / "log");
}

Result<RecordedSchedule> read_back(const std::string& text) {
  const TemporaryFolder folder;
  write(folder / "log", text);
  return read_schedule(folder / "log");
}

TEST(RecordedSchedule, HasVerdictsLaunchesAndTheirTimes) {
  ScheduleRecorder recorder(2);
  Moment(10)
      .released(job(0, 0), 10)
      .released(job(1, 0), 10)
      .admit(job(0, 0))
      .reject(job(1, 0))
      .launch(1, 0, {job(0, 0)})
      .feed(recorder);
  Moment(30).finished(1, 15).launch(0, 1, {job(0, 0)}).feed(recorder);
  recorder.on_end(at(40));
  const RecordedSchedule recorded = std::move(recorder).take();
  ASSERT_EQ(recorded.schedule.jobs.size(), 2U);
  EXPECT_EQ(recorded.schedule.jobs[1].rejected, RejectReason::kUtilization);
  ASSERT_EQ(recorded.stages.size(), 2U);
  EXPECT_EQ(recorded.schedule.launches[0].at, at(10));
  EXPECT_EQ(recorded.stages[0].started, at(15));
  EXPECT_EQ(recorded.stages[0].execution, ns(15));
  EXPECT_EQ(recorded.stages[1].started, std::nullopt) << "it had not ended";
  EXPECT_EQ(recorded.end, at(40));
}

TEST(RecordedSchedule, IsThatOfALog) {
  const Result<RecordedSchedule> recorded = read_back(log_of_daris());
  ASSERT_TRUE(recorded.ok()) << recorded.error().message;
  EXPECT_GT(recorded.value().schedule.launches.size(), 200U);
  EXPECT_EQ(recorded.value().stages.size(), recorded.value().schedule.launches.size());
}

TEST(RecordedSchedule, NeedsAWholeLog) {
  const std::string log = log_of_daris();
  EXPECT_THAT(read_back(log.substr(0, log.size() / 2)).error().message, HasSubstr("is cut off"));
  EXPECT_THAT(read_back("{}\n").error().message, HasSubstr("log:1"));
  std::string undecided = log;
  for (std::size_t at = 0; (at = undecided.find("\"decision\"")) != std::string::npos;) {
    const std::size_t begin = undecided.rfind('\n', at) + 1;
    undecided.erase(begin, undecided.find('\n', at) + 1 - begin);
  }
  EXPECT_THAT(read_back(undecided).error().message, HasSubstr("decides upon 0 of the"));
}

}  // namespace
}  // namespace daris
