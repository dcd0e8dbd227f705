#include "experiment/live/live_measurements.h"

#include <gtest/gtest.h>

#include "runtime/cpu/cpu_backend.h"
#include "tests/runtime/cpu/small_workload.h"

namespace daris {
namespace {

// The backend cpu; it notes what it was asked to make.
class RecordingBackend final : public LiveBackend {
 public:
  [[nodiscard]] Backend kind() const override { return cpu_.kind(); }
  [[nodiscard]] const MachineFacts& facts() const override { return cpu_.facts(); }
  [[nodiscard]] IdleMode idle_mode() const override { return cpu_.idle_mode(); }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return cpu_.scheduler_core(); }
  [[nodiscard]] std::uint32_t saturation_contexts(std::optional<std::uint32_t>) const override { return 3; }
  [[nodiscard]] Duration stage_limit() const override { return cpu_.stage_limit(); }
  [[nodiscard]] Status check(const LiveWork& work) const override { return cpu_.check(work); }
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work,
                                         std::shared_ptr<const RunClock> clock) override {
    made.push_back(work);
    return cpu_.make(work, std::move(clock));
  }

  std::vector<LiveWork> made;

 private:
  CpuBackend cpu_;
};

// The shape of a batching policy: one slot, whole models.
TEST(LiveMeasurements, CountLoadInTheBackendsShapeWhateverShapeRuns) {
  RecordingBackend backend;
  LiveWork work;
  work.staged = false;
  const std::function<bool()> never = [] { return false; };
  const LiveMeasurements measurements(backend, work, std::make_shared<MonotonicClock>(backend.idle_mode()),
                                      never);
  KnownCapacities known;
  const Result<std::vector<double>> rates = measurements.capacities(testing::small_workload().set, known);
  ASSERT_TRUE(rates.ok()) << rates.error().message;
  EXPECT_EQ(rates.value().size(), 3U);
  EXPECT_EQ(backend.made.size(), 3U) << "the groups differ in weights and batch";
  for (const LiveWork& made : backend.made) {
    EXPECT_EQ(made.contexts, 3U);
    EXPECT_EQ(made.streams, 1U);
    EXPECT_EQ(made.oversubscription_milli, 2000U);
    EXPECT_TRUE(made.staged);
  }
}

}  // namespace
}  // namespace daris
