// Evaluations for a program that searches: 2 s of a set of the paper each, on two threads. The aim is 1,000 a
// minute on 2 cores. Items are evaluations.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string>

#include "experiment/simulated/simulated_runner.h"
#include "experiment/sweep/evaluate.h"

namespace daris {
namespace {

constexpr std::uint64_t kRequests = 200;

// Of different shapes, loads and switches, as a search asks for them.
std::string request(std::uint64_t number) {
  return "{\"contexts\": " + std::to_string(4 + number % 5) + ", \"load\": 1." + std::to_string(number % 10) +
         ", \"bound\": 0." + std::to_string(50 + number % 50) + ", \"seed\": " + std::to_string(number) + "}";
}

void evaluations(benchmark::State& state) {
  std::int64_t points = 0;
  for ([[maybe_unused]] auto _ : state) {
    SimulatedRunner runner;
    EvaluationSetup setup;
    setup.defaults.task_set = "resnet18-paper";
    setup.defaults.duration = Duration::from_ns(2'000'000'000);
    setup.threads = 2;
    std::uint64_t asked = 0;
    setup.next = [&]() -> std::optional<std::string> {
      return asked < kRequests ? std::optional<std::string>(request(asked++)) : std::nullopt;
    };
    setup.answer = [&](const std::string& answer) {
      points += answer.find("\"point\"") == std::string::npos ? 0 : 1;
      return Status();
    };
    DARIS_CHECK(evaluate(runner, setup).ok());
  }
  DARIS_CHECK(points > 0 && points % static_cast<std::int64_t>(kRequests) == 0);
  state.SetItemsProcessed(points);
  state.counters["per_minute"] =
      benchmark::Counter(60.0 * static_cast<double>(points), benchmark::Counter::kIsRate);
}
BENCHMARK(evaluations)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace daris
