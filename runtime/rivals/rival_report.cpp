#include "runtime/rivals/rival_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/check.h"
#include "base/host/host_facts.h"
#include "base/json/checked_document.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"
#include "base/time.h"

namespace daris {
namespace {

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json milliseconds(std::optional<std::int64_t> ns) {
  return ns ? Json(static_cast<double>(*ns) / kNsPerMs) : Json();
}

Json mean_ms(const std::vector<std::int64_t>& responses_ns) {
  if (responses_ns.empty()) return {};
  const auto sum = std::accumulate(responses_ns.begin(), responses_ns.end(), std::int64_t{0});
  return milliseconds(sum / static_cast<std::int64_t>(responses_ns.size()));
}

Json urgent_json(const LoopResult& result) {
  const auto& all = result.responses_ns;
  return {{"network", "resnet18"},
          {"jobs", result.jobs},
          {"response_time_ms",
           {{"mean", mean_ms(all)},
            {"p50", milliseconds(percentile(all, 50))},
            {"p99", milliseconds(percentile(all, 99))},
            {"max", milliseconds(percentile(all, 100))}}},
          {"host_gaps",
           {{"count", result.gaps.count},
            {"longest_ms", milliseconds(result.gaps.longest_ns)},
            {"sum_ms", milliseconds(result.gaps.sum_ns)}}}};
}

Json best_effort_json(const RivalPoint& point) {
  struct Sum {
    std::uint64_t processes = 0;
    std::uint64_t jobs = 0;
  };
  std::map<std::string, Sum> sums;
  for (std::size_t i = 0; i < point.networks.size(); ++i) {
    Sum& sum = sums[point.networks[i]];
    ++sum.processes;
    sum.jobs += point.results[i + 1].jobs;
  }
  double jobs_per_s = 0;
  double work_per_s = 0;
  Json networks = Json::array();
  for (const auto& [network, sum] : sums) {
    const double rate = static_cast<double>(sum.jobs) / point.window_s;
    jobs_per_s += rate;
    work_per_s += rate * resnet18_equivalents(network);
    networks.push_back({{"network", network}, {"processes", sum.processes}, {"jobs_per_s", rate}});
  }
  return {{"processes", point.networks.size()},
          {"jobs_per_s", jobs_per_s},
          {"resnet18_equivalents_per_s", work_per_s},
          {"networks", std::move(networks)}};
}

Json provenance_json(const MachineFacts& machine, const std::string& command) {
  Json provenance = provenance_of(command);
  provenance["gpu"] = or_null(machine.gpu);
  provenance["driver"] = or_null(machine.driver);
  provenance["versions"] = {{"cuda", or_null(machine.cuda)},
                            {"cudnn", or_null(machine.cudnn)},
                            {"libtorch", or_null(machine.libtorch)},
                            {"cpu", or_null(cpu_model())}};
  return provenance;
}

}  // namespace

double resnet18_equivalents(const std::string& network) {
  constexpr double kResnet50 = 1.87;
  return network == "resnet50" ? kResnet50 : 1;
}

std::optional<std::int64_t> percentile(std::vector<std::int64_t> values, double percent) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

Json rival_document(const std::vector<RivalPoint>& points, const MachineFacts& machine,
                    const std::string& command) {
  Json rows = Json::array();
  for (const RivalPoint& point : points) {
    DARIS_CHECK(point.results.size() == point.networks.size() + 1);
    rows.push_back({{"rate_hz", point.rate_hz},
                    {"priorities", point.priorities},
                    {"pinned", point.pinned},
                    {"mps", point.mps},
                    {"window_s", point.window_s},
                    {"urgent", urgent_json(point.results.front())},
                    {"best_effort", best_effort_json(point)}});
  }
  Json document = {{"schema", "daris.mps-priorities"},
                   {"version", 1},
                   {"provenance", provenance_json(machine, command)},
                   {"points", std::move(rows)}};
  check_document("daris.mps-priorities", document);
  return document;
}

}  // namespace daris
