#include "runtime/gpu_meter.h"

#include <gtest/gtest.h>

#include <chrono>

namespace daris {
namespace {

constexpr const char* kGpu = "0000:01:00.0";

GpuFigures measure(const Nvml& nvml, const char* gpu, std::int64_t window_ms, std::int64_t stop_ms) {
  MonotonicClock clock(IdleMode::kNap);
  GpuMeter meter(nvml, gpu, clock, {Time::from_ns(50'000'000), Time::from_ns((50 + window_ms) * 1'000'000)});
  clock.restart();
  meter.begin();
  std::this_thread::sleep_for(std::chrono::milliseconds(stop_ms));
  return meter.finish();
}

TEST(GpuMeter, MeasuresPowerOverTheWindow) {
  const Nvml nvml(DARIS_FAKE_NVML);
  const GpuFigures figures = measure(nvml, kGpu, 1'200, 1'300);
  ASSERT_TRUE(figures.power_w.has_value());
  EXPECT_NEAR(*figures.power_w, 100, 5) << "though the counter moves in steps of 50 ms";
  EXPECT_EQ(figures.clock_mhz_begin, 1980);
  EXPECT_EQ(figures.memory_bytes, 3'000'000'000U);
}

TEST(GpuMeter, HasNoPowerOfAShortWindow) {
  const Nvml nvml(DARIS_FAKE_NVML);
  for (const GpuFigures& figures : {measure(nvml, kGpu, 300, 400), measure(nvml, kGpu, 60'000, 300)}) {
    EXPECT_FALSE(figures.power_w.has_value());
    EXPECT_EQ(figures.clock_mhz_end, 1980) << "also where the run was stopped inside its window";
  }
}

TEST(GpuMeter, HasNothingOfAnUnknownGpuOrWithoutNvml) {
  const Nvml missing("libno-such-thing.so.1");
  const Nvml nvml(DARIS_FAKE_NVML);
  for (const GpuFigures& figures : {measure(missing, kGpu, 100, 200), measure(nvml, "0000:02:00.0", 100, 200),
                                    measure(nvml, "", 100, 200)}) {
    EXPECT_FALSE(figures.clock_mhz_begin.has_value());
    EXPECT_FALSE(figures.memory_bytes.has_value());
  }
}

TEST(GpuMeter, EndsWhereTheRunNeverBegan) {
  const Nvml nvml(DARIS_FAKE_NVML);
  const MonotonicClock clock(IdleMode::kNap);
  GpuMeter meter(nvml, kGpu, clock, {Time(), Time::from_ns(1)});
  EXPECT_FALSE(meter.finish().clock_mhz_begin.has_value());
}

}  // namespace
}  // namespace daris
