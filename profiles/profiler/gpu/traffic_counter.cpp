#include "profiles/profiler/gpu/traffic_counter.h"

#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_target.h>

#include <array>
#include <cmath>

#include "gpu/driver.h"
#include "profiles/profiler/gpu/cupti_check.h"

namespace daris {
namespace {

constexpr std::array<const char*, 3> kMetrics = {"dram__bytes_read.sum", "dram__bytes_write.sum",
                                                 "lts__t_bytes.sum"};
constexpr std::size_t kRangesMax = 64;

// CUPTI's parameter blocks begin with their own size; everything else starts at zero.
template <typename Params>
Params params(std::size_t size) {
  Params made{};
  made.structSize = size;
  return made;
}

// If the counters are refused, the message says what helps.
void check_counters(CUptiResult status, const char* call) {
  if (status == CUPTI_ERROR_INSUFFICIENT_PRIVILEGES ||
      status == CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES)
    throw GpuError(
        "this user may not read hardware counters, so DRAM and L2 bytes stay null: be root, or load the "
        "driver with NVreg_RestrictProfilingToAdminUsers=0");
  check_cupti(status, call);
}

std::string chip_of(int device) {
  auto name = params<CUpti_Device_GetChipName_Params>(CUpti_Device_GetChipName_Params_STRUCT_SIZE);
  name.deviceIndex = static_cast<std::size_t>(device);
  DARIS_CUPTI(cuptiDeviceGetChipName(&name));
  return name.pChipName;
}

std::vector<std::uint8_t> availability_of(CUcontext context) {
  auto query = params<CUpti_Profiler_GetCounterAvailability_Params>(
      CUpti_Profiler_GetCounterAvailability_Params_STRUCT_SIZE);
  query.ctx = context;
  check_counters(cuptiProfilerGetCounterAvailability(&query), "cuptiProfilerGetCounterAvailability");
  std::vector<std::uint8_t> image(query.counterAvailabilityImageSize);
  query.pCounterAvailabilityImage = image.data();
  check_counters(cuptiProfilerGetCounterAvailability(&query), "cuptiProfilerGetCounterAvailability");
  return image;
}

}  // namespace

struct TrafficCounter::Session {
  CUpti_Profiler_Host_Object* host = nullptr;
  CUpti_RangeProfiler_Object* ranges = nullptr;
  std::vector<std::uint8_t> config;
  std::vector<std::uint8_t> counters;

  void open(int device) {
    auto initialize = params<CUpti_Profiler_Initialize_Params>(CUpti_Profiler_Initialize_Params_STRUCT_SIZE);
    check_counters(cuptiProfilerInitialize(&initialize), "cuptiProfilerInitialize");
    CUcontext context = nullptr;
    DARIS_DRIVER(driver().context_get_current(&context));
    open_host(chip_of(device), availability_of(context));
    auto enable = params<CUpti_RangeProfiler_Enable_Params>(CUpti_RangeProfiler_Enable_Params_STRUCT_SIZE);
    enable.ctx = context;
    check_counters(cuptiRangeProfilerEnable(&enable), "cuptiRangeProfilerEnable");
    ranges = enable.pRangeProfilerObject;
  }

  void open_host(const std::string& chip, const std::vector<std::uint8_t>& availability) {
    auto initialize =
        params<CUpti_Profiler_Host_Initialize_Params>(CUpti_Profiler_Host_Initialize_Params_STRUCT_SIZE);
    initialize.profilerType = CUPTI_PROFILER_TYPE_RANGE_PROFILER;
    initialize.pChipName = chip.c_str();
    initialize.pCounterAvailabilityImage = availability.data();
    DARIS_CUPTI(cuptiProfilerHostInitialize(&initialize));
    host = initialize.pHostObject;
    auto add = params<CUpti_Profiler_Host_ConfigAddMetrics_Params>(
        CUpti_Profiler_Host_ConfigAddMetrics_Params_STRUCT_SIZE);
    add.pHostObject = host;
    add.ppMetricNames = const_cast<const char**>(kMetrics.data());
    add.numMetrics = kMetrics.size();
    DARIS_CUPTI(cuptiProfilerHostConfigAddMetrics(&add));
    auto size = params<CUpti_Profiler_Host_GetConfigImageSize_Params>(
        CUpti_Profiler_Host_GetConfigImageSize_Params_STRUCT_SIZE);
    size.pHostObject = host;
    DARIS_CUPTI(cuptiProfilerHostGetConfigImageSize(&size));
    config.resize(size.configImageSize);
    auto image = params<CUpti_Profiler_Host_GetConfigImage_Params>(
        CUpti_Profiler_Host_GetConfigImage_Params_STRUCT_SIZE);
    image.pHostObject = host;
    image.configImageSize = config.size();
    image.pConfigImage = config.data();
    DARIS_CUPTI(cuptiProfilerHostGetConfigImage(&image));
  }

  // Counter data holds one measurement: it is laid out anew for each.
  void lay_out(std::size_t range_count) {
    auto size = params<CUpti_RangeProfiler_GetCounterDataSize_Params>(
        CUpti_RangeProfiler_GetCounterDataSize_Params_STRUCT_SIZE);
    size.pRangeProfilerObject = ranges;
    size.pMetricNames = const_cast<const char**>(kMetrics.data());
    size.numMetrics = kMetrics.size();
    size.maxNumOfRanges = range_count;
    size.maxNumRangeTreeNodes = static_cast<std::uint32_t>(range_count);
    DARIS_CUPTI(cuptiRangeProfilerGetCounterDataSize(&size));
    counters.assign(size.counterDataSize, 0);
    auto initialize = params<CUpti_RangeProfiler_CounterDataImage_Initialize_Params>(
        CUpti_RangeProfiler_CounterDataImage_Initialize_Params_STRUCT_SIZE);
    initialize.pRangeProfilerObject = ranges;
    initialize.counterDataSize = counters.size();
    initialize.pCounterData = counters.data();
    DARIS_CUPTI(cuptiRangeProfilerCounterDataImageInitialize(&initialize));
    auto set = params<CUpti_RangeProfiler_SetConfig_Params>(CUpti_RangeProfiler_SetConfig_Params_STRUCT_SIZE);
    set.pRangeProfilerObject = ranges;
    set.configSize = config.size();
    set.pConfig = config.data();
    set.counterDataImageSize = counters.size();
    set.pCounterDataImage = counters.data();
    set.range = CUPTI_UserRange;
    set.replayMode = CUPTI_UserReplay;
    set.maxRangesPerPass = range_count;
    set.numNestingLevels = 1;
    set.minNestingLevel = 1;
    set.passIndex = 0;
    set.targetNestingLevel = 1;
    check_counters(cuptiRangeProfilerSetConfig(&set), "cuptiRangeProfilerSetConfig");
  }

  // One pass over the chain, with a range for each graph. Returns true once CUPTI has all passes that it
  // needs.
  bool pass(CUstream stream, std::span<const cudaGraphExec_t> chain) {
    auto start = params<CUpti_RangeProfiler_Start_Params>(CUpti_RangeProfiler_Start_Params_STRUCT_SIZE);
    start.pRangeProfilerObject = ranges;
    check_counters(cuptiRangeProfilerStart(&start), "cuptiRangeProfilerStart");
    for (std::size_t index = 0; index < chain.size(); ++index) {
      const std::string name = std::to_string(index);
      auto push =
          params<CUpti_RangeProfiler_PushRange_Params>(CUpti_RangeProfiler_PushRange_Params_STRUCT_SIZE);
      push.pRangeProfilerObject = ranges;
      push.pRangeName = name.c_str();
      DARIS_CUPTI(cuptiRangeProfilerPushRange(&push));
      DARIS_CUDA(cudaGraphLaunch(chain[index], stream));
      DARIS_CUDA(cudaStreamSynchronize(stream));
      auto pop = params<CUpti_RangeProfiler_PopRange_Params>(CUpti_RangeProfiler_PopRange_Params_STRUCT_SIZE);
      pop.pRangeProfilerObject = ranges;
      DARIS_CUPTI(cuptiRangeProfilerPopRange(&pop));
    }
    auto stop = params<CUpti_RangeProfiler_Stop_Params>(CUpti_RangeProfiler_Stop_Params_STRUCT_SIZE);
    stop.pRangeProfilerObject = ranges;
    DARIS_CUPTI(cuptiRangeProfilerStop(&stop));
    return stop.isAllPassSubmitted != 0;
  }

  void decode() {
    auto data =
        params<CUpti_RangeProfiler_DecodeData_Params>(CUpti_RangeProfiler_DecodeData_Params_STRUCT_SIZE);
    data.pRangeProfilerObject = ranges;
    DARIS_CUPTI(cuptiRangeProfilerDecodeData(&data));
    if (data.numOfRangeDropped != 0) throw GpuError("CUPTI dropped ranges of hardware counters");
  }

  // CUPTI has an order of its own for ranges. `index` is a place in its list; the name of the range is the
  // place in the chain.
  void read(std::size_t index, std::vector<StageTraffic>& traffic) {
    auto info = params<CUpti_RangeProfiler_CounterData_GetRangeInfo_Params>(
        CUpti_RangeProfiler_CounterData_GetRangeInfo_Params_STRUCT_SIZE);
    info.pCounterDataImage = counters.data();
    info.counterDataImageSize = counters.size();
    info.rangeIndex = index;
    info.rangeDelimiter = "/";
    DARIS_CUPTI(cuptiRangeProfilerCounterDataGetRangeInfo(&info));
    const std::size_t stage = std::stoul(info.rangeName);
    std::array<double, kMetrics.size()> values{};
    auto evaluate = params<CUpti_Profiler_Host_EvaluateToGpuValues_Params>(
        CUpti_Profiler_Host_EvaluateToGpuValues_Params_STRUCT_SIZE);
    evaluate.pHostObject = host;
    evaluate.pCounterDataImage = counters.data();
    evaluate.counterDataImageSize = counters.size();
    evaluate.rangeIndex = index;
    evaluate.ppMetricNames = const_cast<const char**>(kMetrics.data());
    evaluate.numMetrics = kMetrics.size();
    evaluate.pMetricValues = values.data();
    DARIS_CUPTI(cuptiProfilerHostEvaluateToGpuValues(&evaluate));
    for (const double value : values)
      if (!std::isfinite(value)) throw GpuError("CUPTI gave no number for a hardware counter");
    traffic.at(stage) = {std::llround(values[0]), std::llround(values[1]), std::llround(values[2])};
  }

  // Errors on closing are ignored, since nobody could do anything about them.
  void close() {
    if (ranges != nullptr) {
      auto disable =
          params<CUpti_RangeProfiler_Disable_Params>(CUpti_RangeProfiler_Disable_Params_STRUCT_SIZE);
      disable.pRangeProfilerObject = ranges;
      cuptiRangeProfilerDisable(&disable);
    }
    if (host != nullptr) {
      auto deinitialize = params<CUpti_Profiler_Host_Deinitialize_Params>(
          CUpti_Profiler_Host_Deinitialize_Params_STRUCT_SIZE);
      deinitialize.pHostObject = host;
      cuptiProfilerHostDeinitialize(&deinitialize);
    }
  }
};

TrafficCounter::TrafficCounter(int device) : session_(std::make_unique<Session>()) {
  try {
    session_->open(device);
  } catch (...) {
    session_->close();
    throw;
  }
}

TrafficCounter::~TrafficCounter() { session_->close(); }

std::vector<StageTraffic> TrafficCounter::measure(CUstream stream, std::span<const cudaGraphExec_t> chain) {
  constexpr int kPassesMax = 32;
  if (chain.size() > kRangesMax) throw GpuError("too many stages for one pass of hardware counters");
  session_->lay_out(chain.size());
  int passes = 1;
  while (!session_->pass(stream, chain))
    if (++passes > kPassesMax) throw GpuError("hardware counters want too many passes");
  session_->decode();
  std::vector<StageTraffic> traffic(chain.size());
  for (std::size_t index = 0; index < chain.size(); ++index) session_->read(index, traffic);
  return traffic;
}

}  // namespace daris
