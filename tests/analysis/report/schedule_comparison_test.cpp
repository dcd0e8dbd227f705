#include "analysis/report/schedule_comparison.h"

#include <gtest/gtest.h>

#include "tests/analysis/run_script.h"

namespace daris {
namespace {

using testing::at;
using testing::job;
using testing::Moment;
using testing::ns;

class ScheduleErrorsTest : public ::testing::Test {
 protected:
  ScheduleErrorsTest() {
    TaskSet set;
    set.groups.resize(1);
    set.groups[0].name = set.groups[0].model = "net";
    set.groups[0].count = 2;
    workload_ = make_workload(std::move(set));
    run_.contexts = 1;
    run_.streams = 2;
    run_.window_begin = at(0);
    run_.window_end = at(1000);
    recorded_.schedule.launched_jobs = {job(0, 0), job(1, 0), job(0, 1)};
    recorded_.schedule.launches = {{SlotId(0), StageIndex(0), 1, 0, 1, at(0)},
                                   {SlotId(0), StageIndex(0), 1, 1, 1, at(20)},
                                   {SlotId(0), StageIndex(0), 1, 2, 1, at(40)}};
    recorded_.stages = {{at(2), ns(10)}, {at(25), ns(10)}, {}};
  }

  Workload workload_;
  RunDescription run_;
  RecordedSchedule recorded_;
};

TEST_F(ScheduleErrorsTest, AreThisRunLessTheRecordedOne) {
  ScheduleComparison comparison(recorded_, workload_, run_);
  Moment(0).launch(0, 0, {job(0, 0)}).feed(comparison);
  Moment(20).finished(0, 13).launch(0, 0, {job(1, 0)}).feed(comparison);  // started at 7
  Moment(30).finished(0, 9).feed(comparison);                             // started at 21
  const ScheduleErrors& errors = comparison.errors();
  EXPECT_EQ(errors.recorded, 3U);
  EXPECT_EQ(errors.executed, 2U);
  ASSERT_EQ(errors.stages.size(), 1U);
  const StageErrors& stage = errors.stages[0];
  EXPECT_EQ(stage.model, "net");
  EXPECT_EQ(stage.start.size_ns.count(), 2U);
  EXPECT_EQ(stage.start.size_ns.largest(), 5U);
  EXPECT_EQ(stage.start.sum_ns, 5 - 4);
  EXPECT_EQ(stage.duration.sum_ns, 3 - 1);
}

TEST_F(ScheduleErrorsTest, PassOverWhatWasNotLaunchedAndWhatHasNoRecord) {
  ScheduleComparison comparison(recorded_, workload_, run_);
  Moment(0).launch(0, 0, {job(1, 0)}).feed(comparison);
  Moment(40).finished(0, 10).launch(0, 0, {job(0, 1)}).feed(comparison);
  Moment(60).finished(0, 10).feed(comparison);
  EXPECT_EQ(comparison.errors().executed, 2U);
  EXPECT_EQ(comparison.errors().stages[0].start.size_ns.count(), 1U);
  EXPECT_EQ(comparison.errors().stages[0].start.sum_ns, 30 - 25);
}

TEST_F(ScheduleErrorsTest, AreOfStagesThatFinishInsideTheWindow) {
  run_.window_begin = at(30);
  ScheduleComparison comparison(recorded_, workload_, run_);
  Moment(0).launch(0, 0, {job(0, 0)}).feed(comparison);
  Moment(29).finished(0, 10).launch(0, 0, {job(1, 0)}).feed(comparison);
  Moment(30).finished(0, 1).feed(comparison);
  EXPECT_EQ(comparison.errors().stages[0].duration.size_ns.count(), 1U);
}

}  // namespace
}  // namespace daris
