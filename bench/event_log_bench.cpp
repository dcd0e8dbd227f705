// Reading an event log into checked steps: once as daris writes it, and once with spaces, as another program
// might. The latter goes through a JSON parser. Bytes are those of the log.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "analysis/logs/event_log_header.h"
#include "analysis/logs/event_log_line.h"
#include "analysis/logs/event_log_reader.h"
#include "base/json/json.h"
#include "base/json/write.h"

namespace daris {
namespace {

constexpr std::uint32_t kContexts = 8;
constexpr std::uint32_t kStreams = 2;
constexpr std::uint32_t kTasks = 240;
constexpr std::uint32_t kStages = 4;

std::string header_line() {
  EventLogHeader header;
  header.kind = "simulated";
  header.program = "daris";
  header.policy = "daris";
  header.config = std::make_shared<const Json>(Json::object());
  header.setup.contexts = kContexts;
  header.setup.streams = kStreams;
  for (std::uint32_t task = 0; task < kTasks; ++task) {
    TaskSetup told;
    told.period = told.relative_deadline = Duration::from_ns(33'333'333);
    told.stage_estimates.assign(kStages, Duration::from_ns(400'000));
    header.setup.tasks.push_back(told);
    header.task_names.push_back("resnet18/" + std::to_string(task));
  }
  header.setup.batch_groups = {{1, {{1, Duration::from_ns(1'600'000)}}}};
  return write_json_line(header_to_json(header)) + "\n";
}

// A log of a busy run: a stage ends and another starts, step for step, and each fourth step releases a job.
std::string make_log(std::uint32_t steps) {
  std::string log = header_line();
  for (std::uint32_t step = 0; step < steps; ++step) {
    const std::int64_t now_ns = 40'000'000 + std::int64_t{40'123} * step;
    const Time now = Time::from_ns(now_ns);
    const SlotId slot(step * 7 % (kContexts * kStreams));
    const std::vector<JobId> jobs{{step / kTasks, TaskId(step % kTasks)}};
    const StageMeasurement measured{Time::from_ns(now_ns - 1'138'000), Duration::from_ns(1'135'911),
                                    Duration::from_ns(355'888), Duration::from_ns(1'186'058),
                                    Duration::from_ns(1'190'003)};
    append_event(log, step, now, StageFinished{slot, measured.execution}, &measured);
    if (step % kStages == 0) append_event(log, step, now, JobReleased{jobs[0], now}, nullptr);
    if (step % kStages == 0) append_decision(log, step, now, AdmitJob{jobs[0], ContextId(step % kContexts)});
    append_decision(log, step, now, LaunchStage{slot, StageIndex(step % kStages), 1, jobs});
  }
  append_end(log, Time::from_ns(std::int64_t{1} << 50));
  return log;
}

std::string with_spaces(const std::string& log) {
  std::string spaced = log.substr(0, log.find('\n'));
  for (std::size_t i = spaced.size(); i < log.size(); ++i) {
    spaced += log[i];
    if (log[i] == ',' || log[i] == ':') spaced += ' ';
  }
  return spaced;
}

void read(benchmark::State& state, const std::string& log) {
  LoggedStep step;
  std::uint64_t steps = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    auto stream = std::make_unique<std::istringstream>(log);
    state.ResumeTiming();
    EventLogReader reader = EventLogReader::from_stream(std::move(stream), "log").value();
    while (reader.next(step).value()) ++steps;
  }
  benchmark::DoNotOptimize(steps);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
}

void event_log_read(benchmark::State& state) {
  static const std::string log = make_log(200'000);
  read(state, log);
}
BENCHMARK(event_log_read)->Unit(benchmark::kMillisecond);

void event_log_read_spaced(benchmark::State& state) {
  static const std::string log = with_spaces(make_log(20'000));
  read(state, log);
}
BENCHMARK(event_log_read_spaced)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace daris
