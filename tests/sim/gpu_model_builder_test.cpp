#include "sim/gpu_model_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "profiles/profile_json.h"
#include "profiles/stage_times.h"
#include "sim/saturation.h"
#include "sim/simulated_setup.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Profile& profile() {
  static Profile read = [] {
    Result<Profile> result = read_profile(DARIS_TEST_DATA "/synthetic_profile.json");
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }();
  return read;
}

ContentionParameters parameters() {
  ContentionParameters all;
  all.name = "test";
  all.green = BackendContention{{5000, ""}, {400, ""}, {0.5, ""}, {8, ""}};
  all.mps = all.green;
  all.streams = all.green;
  return all;
}

TaskGroup group(const std::string& model, std::uint32_t count = 1, std::uint32_t batch = 1) {
  TaskGroup row;
  row.name = model + " cameras";
  row.count = count;
  row.model = model;
  row.batch = batch;
  row.period = row.deadline = for_ns(33'333'333);
  return row;
}

struct Build {
  std::vector<TaskGroup> groups{group("resnet18")};
  Profile use = profile();
  ContentionParameters contention = parameters();
  Backend backend = Backend::kGreen;
  std::uint32_t contexts = 4;
  std::uint32_t oversubscription_milli = 2000;
  std::uint32_t streams = 1;
  bool staged = true;
  bool batch_classes = false;
  MachineShape machine{};
  bool choose_algorithms = false;
  std::vector<bool> urgent_contexts;

  Workload workload() const {
    TaskSet set;
    set.name = "some";
    set.groups = groups;
    return make_workload(set);
  }
  Result<BuiltGpuModel> operator()() const {
    const Workload work = workload();
    GpuModelRequest request;
    request.profile = &use;
    request.workload = &work;
    request.contention = &contention;
    request.machine = machine;
    request.shape = {backend, contexts, streams, oversubscription_milli};
    request.grants = make_partition(machine, request.shape).value();
    request.staged = staged;
    request.batch_classes = batch_classes;
    request.choose_algorithms = choose_algorithms;
    request.urgent_contexts = urgent_contexts;
    return build_gpu_model(request);
  }
  GpuModel gpu() const {
    const auto built = (*this)();
    EXPECT_TRUE(built.ok()) << built.error().message;
    return built.value().gpu;
  }
  std::string error() const {
    const auto built = (*this)();
    return built.ok() ? "no error" : built.error().message;
  }
};

double packed(const StageCurve& curve) { return curve.time_ns(curve.sms_min()) * curve.sms_min(); }

TEST(GpuModelBuilder, TakesTimesAndDemandsFromTheProfile) {
  Build build;
  const GpuModel gpu = build.gpu();
  const auto curves = model_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 1);
  ASSERT_TRUE(curves.ok());
  ASSERT_EQ(gpu.stages(0), curves.value().stages.size());
  for (std::uint32_t stage = 0; stage < gpu.stages(0); ++stage) {
    const StageCurve& curve = curves.value().stages[stage];
    const StageCost& cost = gpu.cost(0, StageIndex(stage), ContextId(1));  // 8 groups: 64 SMs
    EXPECT_DOUBLE_EQ(cost.alone_ns, curve.time_ns(64));
    const double weight = std::sqrt(1 / cost.give_way);
    EXPECT_NEAR(cost.sm_demand, weight * packed(curve) / (curve.time_ns(64) * 64), kDemandQuantum);
    const BatchProfile& batch = profile().models[0].batches[0];
    const auto bytes = static_cast<double>((*batch.traffic)[stage].l2_bytes);
    EXPECT_NEAR(cost.cache_demand, bytes / cost.alone_ns / 5000, kDemandQuantum);
    EXPECT_DOUBLE_EQ(cost.handover,
                     static_cast<double>((*batch.kernels)[stage].size()) * 400 / cost.alone_ns);
  }
  EXPECT_TRUE(gpu.queue_of_slot.empty());
}

TEST(GpuModelBuilder, AStageLeavesAPartOfItsSmsToOthers) {
  Build build;
  const double whole = build.gpu().cost(0, StageIndex(0), ContextId(1)).sm_demand;
  build.contention.green->fill.value = 0.75;
  build.contention.green->latency.value = 0.5;
  EXPECT_NEAR(build.gpu().cost(0, StageIndex(0), ContextId(1)).sm_demand, 0.75 * whole, kDemandQuantum);
  EXPECT_EQ(build.gpu().memory_latency, 0.5);
}

TEST(GpuModelBuilder, AStageAsksForMoreOfAWideWindowIfKernelsSpread) {
  Build build;
  const GpuModel plain = build.gpu();
  build.contention.green->spread.value = 0.5;
  const GpuModel spread = build.gpu();
  const StageCost& one = plain.cost(0, StageIndex(0), ContextId(1));
  const double weight = std::sqrt(1 / one.give_way);
  EXPECT_NEAR(spread.cost(0, StageIndex(0), ContextId(1)).sm_demand,
              weight * std::sqrt(one.sm_demand / weight), 4 * kDemandQuantum);
}

TEST(GpuModelBuilder, ALiveLaunchTakesAGapBeforeItsKernels) {
  Build build;
  build.contention.green->launch_ns.value = 5000;
  build.contention.green->kernel_launch_ns.value = 100;
  build.contention.green->input_ns.value = 3000;
  EXPECT_EQ(build.gpu().cost(0, StageIndex(0), ContextId(0)).gap_ns, 0) << "a closed loop of the profile";
  build.choose_algorithms = true;
  const GpuModel gpu = build.gpu();
  const auto kernels = [](std::size_t stage) {
    return static_cast<double>((*profile().models[0].batches[0].kernels)[stage].size());
  };
  EXPECT_EQ(gpu.cost(0, StageIndex(0), ContextId(0)).gap_ns, 8000 + 100 * kernels(0));
  EXPECT_EQ(gpu.cost(0, StageIndex(1), ContextId(0)).gap_ns, 5000 + 100 * kernels(1));
}

TEST(GpuModelBuilder, ALiveLaunchKeepsTheHostBusy) {
  Build build;
  build.contention.green->host_event_ns.value = 700;
  build.contention.green->host_launch_ns.value = 4000;
  build.contention.green->host_kernel_ns.value = 30;
  EXPECT_EQ(build.gpu().host_event, Duration()) << "a closed loop of the profile";
  EXPECT_EQ(build.gpu().cost(0, StageIndex(0), ContextId(0)).host, Duration());
  build.choose_algorithms = true;
  const GpuModel gpu = build.gpu();
  EXPECT_EQ(gpu.host_event, for_ns(700));
  const auto& kernels = *profile().models[0].batches[0].kernels;
  for (std::uint32_t stage = 0; stage < 2; ++stage) {
    const StageCost& cost = gpu.cost(0, StageIndex(stage), ContextId(0));
    EXPECT_EQ(cost.host, for_ns(4000 + 30 * static_cast<std::int64_t>(kernels[stage].size())));
    EXPECT_EQ(cost.gap_ns, 0);
  }
}

// Times of MPS clients show what algorithms that are chosen on the partition save.
TEST(GpuModelBuilder, ChoosesAlgorithmsOnThePartitionIfAsked) {
  Build build;
  build.choose_algorithms = true;
  const auto green = own_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 1);
  const auto mps = own_curves(profile(), Backend::kMps, "resnet18", Precision::kTf32, 1);
  ASSERT_TRUE(green && mps);
  const GpuModel chosen = build.gpu();
  build.choose_algorithms = false;
  const GpuModel profiled = build.gpu();
  for (std::uint32_t stage = 0; stage < chosen.stages(0); ++stage) {
    const StageCost& one = chosen.cost(0, StageIndex(stage), ContextId(1));
    const StageCost& other = profiled.cost(0, StageIndex(stage), ContextId(1));
    const double gain = algorithm_gain(green->stages[stage], mps->stages[stage], 64);
    EXPECT_DOUBLE_EQ(one.alone_ns, gain * other.alone_ns);
    EXPECT_NEAR(one.sm_demand * std::sqrt(one.give_way), other.sm_demand * std::sqrt(other.give_way),
                4 * kDemandQuantum);
  }
}

TEST(GpuModelBuilder, TakesTimesAsTheyAreIfTheyWereMeasuredWithThesePartitionsAlgorithms) {
  Build build;
  const GpuModel profiled = build.gpu();
  build.choose_algorithms = true;
  build.use.conditions.algorithms = AlgorithmsOf::kPartition;
  const GpuModel chosen = build.gpu();
  for (std::uint32_t stage = 0; stage < chosen.stages(0); ++stage)
    EXPECT_EQ(chosen.cost(0, StageIndex(stage), ContextId(1)).alone_ns,
              profiled.cost(0, StageIndex(stage), ContextId(1)).alone_ns);
}

// The longest kernels of all weigh 1, others less by the exponent (0.5 in the synthetic parameters).
TEST(GpuModelBuilder, WeighsStagesByTheLengthOfTheirKernels) {
  Build build;
  const GpuModel gpu = build.gpu();
  const auto& counted = *profile().models[0].batches[0].kernels;
  const auto kernel_ns = [&](std::uint32_t stage) {
    return gpu.cost(0, StageIndex(stage), ContextId(1)).alone_ns / static_cast<double>(counted[stage].size());
  };
  double lightest = 1e9;
  for (std::uint32_t stage = 0; stage < gpu.stages(0); ++stage) {
    const double give_way = gpu.cost(0, StageIndex(stage), ContextId(1)).give_way;
    EXPECT_NEAR(give_way / gpu.cost(0, StageIndex(0), ContextId(1)).give_way, kernel_ns(0) / kernel_ns(stage),
                1e-9);
    lightest = std::min(lightest, give_way);
  }
  EXPECT_GE(lightest, 1.0);
}

TEST(GpuModelBuilder, DealsHardwareQueuesOutByProcess) {
  Build build;
  build.streams = 3;
  EXPECT_EQ(build.gpu().queue_of_slot, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3}));
  build.backend = Backend::kMps;
  EXPECT_TRUE(build.gpu().queue_of_slot.empty());
  build.contention.mps->hardware_queues.value = 2;
  EXPECT_EQ(build.gpu().queue_of_slot, (std::vector<std::uint32_t>{0, 1, 0, 2, 3, 2, 4, 5, 4, 6, 7, 6}));
}

TEST(GpuModelBuilder, WholeModelsAreOneStage) {
  Build build;
  build.staged = false;
  const GpuModel gpu = build.gpu();
  const auto curves = model_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 1);
  EXPECT_EQ(gpu.stages(0), 1U);
  EXPECT_DOUBLE_EQ(gpu.cost(0, StageIndex(0), ContextId(0)).alone_ns, curves.value().whole.time_ns(64));
}

TEST(GpuModelBuilder, GivesEqualJobsOneClassAndCountsWhatWasInterpolated) {
  Build build;
  build.groups = {group("resnet18", 3), group("unet", 2), group("resnet18", 1)};
  build.contexts = 6;  // windows of 5 groups: 40 SMs, which was not profiled
  const auto built = build();
  ASSERT_TRUE(built.ok());
  EXPECT_EQ(built.value().gpu.task_class, (std::vector<std::uint32_t>{0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(built.value().interpolated, 2U * 6U);
  build.contexts = 4;
  EXPECT_EQ(build().value().interpolated, 0U);
}

TEST(GpuModelBuilder, OwnWeightsAreColdOnlyWhereTheyExceedTheCache) {
  Build build;
  build.groups[0].weights = Weights::kOwn;
  BatchProfile& batch = build.use.models[0].batches[0];
  const auto curves = model_curves(build.use, Backend::kGreen, "resnet18", Precision::kTf32, 1).value();
  std::vector<Samples> cold;
  for (const StageCurve& curve : curves.stages)
    cold.push_back({{static_cast<std::int32_t>(curve.points().back().median_ns) + 1000}});
  batch.cold_stages = cold;
  EXPECT_DOUBLE_EQ(build.gpu().cost(0, StageIndex(0), ContextId(0)).alone_ns, curves.stages[0].time_ns(64));
  build.groups[0].count = 2;  // 94 MB of weights, 52 MB of cache
  EXPECT_NEAR(build.gpu().cost(0, StageIndex(0), ContextId(0)).alone_ns, curves.stages[0].time_ns(64) + 1000,
              1);
  build.staged = false;
  EXPECT_GT(build.gpu().cost(0, StageIndex(0), ContextId(0)).alone_ns, curves.whole.time_ns(64));
}

TEST(GpuModelBuilder, OffersEveryProfiledBatchOfEachSetOfWeights) {
  Build build;
  build.groups = {group("resnet18", 2), group("unet", 1, 4)};
  build.contexts = 1;
  build.oversubscription_milli = 1000;
  build.staged = false;
  build.batch_classes = true;
  const GpuModel gpu = build.gpu();
  ASSERT_EQ(gpu.batch_classes.size(), 2U);
  EXPECT_EQ(gpu.batch_classes[0].size(), 6U);
  EXPECT_EQ(gpu.task_batch_group, (std::vector<std::uint32_t>{0, 0, 1}));
  EXPECT_EQ(gpu.class_of(TaskId(2), 4), gpu.task_class[2]);
  const auto whole = model_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 16).value().whole;
  const std::uint32_t sixteen = gpu.class_of(TaskId(1), 16);
  EXPECT_DOUBLE_EQ(gpu.cost(sixteen, StageIndex(0), ContextId(0)).alone_ns, whole.time_ns(132));
}

TEST(GpuModelBuilder, SaysWhatTheProfileLacks) {
  Build build;
  build.groups[0].batch = 3;
  EXPECT_THAT(build.error(), AllOf(HasSubstr("task set some, group resnet18 cameras"), HasSubstr("batch 3")));
  build.groups[0] = group("resnet19");
  EXPECT_THAT(build.error(), HasSubstr("resnet19"));
  build.groups[0] = group("resnet18");
  build.contention.green.reset();
  EXPECT_THAT(build.error(), AllOf(HasSubstr("contention model test"), HasSubstr("backend green")));
}

TEST(GpuModelBuilder, RefusesAQuotaOutsideTheProfiledRange) {
  Build build;
  for (BatchProfile& batch : build.use.models[0].batches) {
    std::erase_if(batch.times, [](const TimesAlone& times) { return times.sms < 96; });
  }
  EXPECT_THAT(build.error(), AllOf(HasSubstr("context 0 is granted 64 SMs"), HasSubstr("96 to 132")));
}

TEST(GpuModelBuilder, DoesNotModelTheCpu) {
  Build build;
  Workload work = build.workload();
  GpuModelRequest request;
  request.profile = &profile();
  request.workload = &work;
  request.contention = &build.contention;
  request.shape.backend = Backend::kCpu;
  request.grants.resize(1);
  EXPECT_THAT(build_gpu_model(request).error().message,
              AllOf(HasSubstr("backend cpu"), HasSubstr("green, mps or streams")));
}

TEST(HostLatencies, ComeFromTheLaunchCostsOfTheMechanism) {
  Profile some = profile();
  LaunchCosts green;
  green.launch_call = {{1700}};
  green.launch_to_noticed = {{5300}};
  green.empty_graph_alone = {{800}};
  LaunchCosts mps = green;
  mps.backend = Backend::kMps;
  mps.launch_call = {{2000}};
  some.launch_costs = {green, mps};
  EXPECT_EQ(host_latencies(some, Backend::kGreen).launch, for_ns(1700));
  EXPECT_EQ(host_latencies(some, Backend::kGreen).notice, for_ns(2800));
  EXPECT_EQ(host_latencies(some, Backend::kMps).launch, for_ns(2000));
  EXPECT_EQ(host_latencies(some, Backend::kStreams).launch, for_ns(1700));
  some.launch_costs.clear();
  EXPECT_EQ(host_latencies(some, Backend::kGreen).notice, for_ns(0));
}

TEST(PolicySetup, TellsTasksAndEstimates) {
  Build build;
  build.groups = {group("resnet18", 2)};
  build.groups[0].priority = 1;
  build.streams = 2;
  const GpuModel gpu = build.gpu();
  PolicySwitches switches;
  switches.window = 7;
  const std::vector<std::vector<Duration>> estimates(2, std::vector<Duration>(4, for_ns(5)));
  const PolicySetup setup = make_simulated_setup(gpu, build.workload(), estimates, {}, switches);
  EXPECT_EQ(setup.contexts, 4U);
  EXPECT_EQ(setup.streams, 2U);
  EXPECT_EQ(setup.switches.window, 7U);
  ASSERT_EQ(setup.tasks.size(), 2U);
  EXPECT_EQ(setup.tasks[1].level, 1U);
  EXPECT_EQ(setup.tasks[1].period, for_ns(33'333'333));
  EXPECT_EQ(setup.tasks[1].stage_estimates, estimates[1]);
  EXPECT_TRUE(setup.batch_groups.empty());
}

TEST(PolicySetup, GivesBatchTimesWithTheHostsPartAndALimit) {
  Build build;
  build.groups = {group("resnet18", 1, 4)};
  build.contexts = 1;
  build.oversubscription_milli = 1000;
  build.staged = false;
  build.batch_classes = true;
  const GpuModel gpu = build.gpu();
  const HostLatencies latencies{for_ns(1000), for_ns(2000)};
  const auto limit = [&](std::uint32_t asked) {
    return make_simulated_setup(gpu, build.workload(), {{for_ns(5)}}, latencies, {}, asked)
        .batch_groups[0]
        .batch_limit;
  };
  EXPECT_EQ(limit(0), 32U);
  EXPECT_EQ(limit(16), 16U);
  EXPECT_EQ(limit(9), 8U);
  EXPECT_EQ(limit(1), 4U);  // a job brings 4
  const auto setup = make_simulated_setup(gpu, build.workload(), {{for_ns(5)}}, latencies, {}, 0);
  const double alone_ns = gpu.cost(gpu.class_of(TaskId(0), 8), StageIndex(0), ContextId(0)).alone_ns;
  EXPECT_EQ(setup.batch_groups[0].times[3].inputs, 8U);
  EXPECT_NEAR(static_cast<double>(setup.batch_groups[0].times[3].execution.ns()), alone_ns + 3000, 1);
}

SaturationRequest loop_of_resnet18(const ContentionParameters& contention) {
  SaturationRequest request;
  request.profile = &profile();
  request.contention = &contention;
  request.model = "resnet18";
  return request;
}

TEST(Saturation, OfOneContextIsTheRateAlone) {
  const ContentionParameters contention = parameters();
  SaturationRequest request = loop_of_resnet18(contention);
  request.shape.contexts = 1;
  request.shape.oversubscription_milli = 1000;
  const auto curves = model_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 1).value();
  const HostLatencies host = host_latencies(profile(), Backend::kGreen);
  double job_ns = 0;
  for (const StageCurve& curve : curves.stages) {
    job_ns += curve.time_ns(132) + static_cast<double>((host.launch + host.notice).ns());
  }
  const auto rate = simulated_saturation_jobs_per_s(request);
  ASSERT_TRUE(rate.ok()) << rate.error().message;
  EXPECT_NEAR(rate.value(), 1e9 / job_ns, 1e9 / job_ns * 0.001);
}

TEST(Saturation, TakesAsManyContextsAsFitASmallMachine) {
  const ContentionParameters contention = parameters();
  SaturationRequest request = loop_of_resnet18(contention);
  request.machine = {32, 8, 4};
  const auto rate = simulated_saturation_jobs_per_s(request);
  ASSERT_TRUE(rate.ok()) << rate.error().message;
  EXPECT_GT(rate.value(), 0);
}

TEST(Saturation, GrowsWithContextsAndFallsWithHandover) {
  ContentionParameters contention = parameters();
  SaturationRequest request = loop_of_resnet18(contention);
  const double eight = simulated_saturation_jobs_per_s(request).value();
  request.shape.contexts = 2;
  EXPECT_GT(eight, 1.3 * simulated_saturation_jobs_per_s(request).value());
  request.shape.contexts = 8;
  contention.green->handover_ns.value = 50000;  // the synthetic profile has few kernels
  EXPECT_LT(simulated_saturation_jobs_per_s(request).value(), 0.9 * eight);
}

TEST(Saturation, NeighboursSlowAVictim) {
  const ContentionParameters contention = parameters();
  SaturationRequest shape = loop_of_resnet18(contention);
  const auto curves = model_curves(profile(), Backend::kGreen, "resnet18", Precision::kTf32, 1).value();
  const auto times = simulated_neighbour_times_ns(shape, {"resnet18"}, {"unet"});
  ASSERT_TRUE(times.ok()) << times.error().message;
  ASSERT_EQ(times.value().size(), 4U);
  EXPECT_GT(times.value()[0], 1.02 * curves.stages[0].time_ns(32));
  EXPECT_FALSE(simulated_neighbour_times_ns(shape, {"resnet18"}, {"nothing"}).ok());
}

// Two groups of one network on plain streams, the second at `level`.
Build streams_with_levels(double priority, std::uint32_t level) {
  Build build;
  build.backend = Backend::kStreams;
  build.oversubscription_milli = 4000;
  build.contention.streams = build.contention.green;
  build.contention.streams->priority.value = priority;
  build.groups = {group("resnet18"), group("resnet18")};
  build.groups[1].priority = level;
  return build;
}

TEST(GpuModelBuilder, StreamsOfMoreUrgentLevelsGetMoreOfSharedSms) {
  Build build = streams_with_levels(0, 1);
  EXPECT_TRUE(build.gpu().task_behind.empty()) << "nobody goes first";
  build.contention.streams->priority.value = 4;
  const GpuModel gpu = build.gpu();
  ASSERT_EQ(gpu.task_class, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(gpu.common_classes(), (std::vector<std::uint32_t>{0, 0}));
  const StageCost& urgent = gpu.cost(0, StageIndex(0), ContextId(0));
  const StageCost& other = gpu.cost(1, StageIndex(0), ContextId(0));
  EXPECT_DOUBLE_EQ(other.alone_ns, urgent.alone_ns);
  EXPECT_NEAR(other.sm_demand, urgent.sm_demand / 4, kDemandQuantum);
  EXPECT_DOUBLE_EQ(other.give_way, 16 * urgent.give_way);
}

TEST(GpuModelBuilder, FarBehindAllOthersAStageStillHasAWeight) {
  const GpuModel gpu = streams_with_levels(100, 5).gpu();
  const StageCost& urgent = gpu.cost(0, StageIndex(0), ContextId(0));
  const StageCost& other = gpu.cost(gpu.task_class[1], StageIndex(0), ContextId(0));
  EXPECT_NEAR(other.sm_demand, urgent.sm_demand / 1024, kDemandQuantum);
  EXPECT_DOUBLE_EQ(other.give_way, 1024 * 1024 * urgent.give_way);
}

TEST(GpuModelBuilder, BatchesOfStreamsHaveTheLevelOfTheirTask) {
  Build build = streams_with_levels(4, 1);
  build.batch_classes = true;
  const GpuModel gpu = build.gpu();
  const std::uint32_t urgent = gpu.class_of(TaskId(0), 4);
  EXPECT_EQ(gpu.class_of(TaskId(1), 4), urgent + 1);
}

TEST(GpuModelBuilder, UrgentContextsGetMoreOfSharedSms) {
  Build build;
  build.urgent_contexts = {true, false, false, false};
  build.contention.green->priority.value = 2;
  const GpuModel gpu = build.gpu();
  const StageCost& urgent = gpu.cost(0, StageIndex(0), ContextId(0));
  const StageCost& other = gpu.cost(0, StageIndex(0), ContextId(1));
  EXPECT_DOUBLE_EQ(other.give_way, 4 * urgent.give_way);
  build.groups.push_back(group("resnet18"));
  build.groups[1].priority = 1;
  EXPECT_EQ(build.gpu().task_class, (std::vector<std::uint32_t>{0, 0})) << "levels decide on streams alone";
}

}  // namespace
}  // namespace daris
