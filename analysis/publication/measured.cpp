#include "analysis/publication/measured.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analysis/report/statistics.h"
#include "base/json/json.h"

namespace daris {
namespace {

template <const auto& kKey>
Json field(const Json& entry) {
  return entry.value(kKey, Json());
}

template <const auto& kObject, const auto& kKey>
Json inner(const Json& entry) {
  return entry.at(kObject).value(kKey, Json());
}

// Of `results`: the mean from release to start, of jobs that moved or of others.
template <const auto& kWhich>
Json mean_to_start(const Json& results) {
  const Json latency = results.value("release_to_start_ns", Json::object()).value(kWhich, Json());
  return latency.is_object() ? latency.value("mean", Json()) : Json();
}

Json rejection_rate(const Json& level) {
  const auto released = level.at("released").get<double>();
  return released > 0 ? Json(rounded(level.at("rejected").get<double>() / released)) : Json();
}

constexpr char kMigrated[] = "migrated";
constexpr char kOthers[] = "others";
constexpr char kWindow[] = "window_s";
constexpr char kThroughput[] = "throughput_jobs_per_s";
constexpr char kInTime[] = "on_time_jobs_per_s";
constexpr char kImages[] = "throughput_images_per_s";
constexpr char kSlots[] = "slot_utilization";
constexpr char kStages[] = "stages_finished";
constexpr char kSlowdown[] = "stage_slowdown";
constexpr char kCoverage[] = "estimate_coverage";
constexpr char kEnergy[] = "energy_j_per_job";
constexpr char kMean[] = "mean";
constexpr char kP50[] = "p50";
constexpr char kP95[] = "p95";
constexpr char kP99[] = "p99";
constexpr char kP999[] = "p999";
constexpr char kMax[] = "max";
constexpr char kMret[] = "mret";
constexpr char kAfet[] = "afet";
constexpr char kReleased[] = "released";
constexpr char kAdmitted[] = "admitted";
constexpr char kRejected[] = "rejected";
constexpr char kCompleted[] = "completed";
constexpr char kMissed[] = "missed";
constexpr char kDropped[] = "dropped";
constexpr char kUnfinished[] = "unfinished";
constexpr char kMissRate[] = "deadline_miss_rate";
constexpr char kMissRate95[] = "deadline_miss_rate_95";
constexpr char kLossRate[] = "loss_rate";
constexpr char kResponse[] = "response_time_ms";
constexpr char kP50Ends[] = "p50_95";
constexpr char kP95Ends[] = "p95_95";
constexpr char kP99Ends[] = "p99_95";
constexpr char kP999Ends[] = "p999_95";
constexpr char kMigrations[] = "migrations";

constexpr std::array kPointFigures{
    FigureInfo{"window_s", "window", "s", field<kWindow>},
    FigureInfo{"throughput_jobs_per_s", "throughput", "jobs/s", field<kThroughput>, true},
    FigureInfo{"on_time_jobs_per_s", "in time", "jobs/s", field<kInTime>, true},
    FigureInfo{"throughput_images_per_s", "images", "images/s", field<kImages>, true},
    FigureInfo{"slot_utilization", "slots busy", "", field<kSlots>, true, nullptr, true},
    FigureInfo{"stages_finished", "stages finished", "", field<kStages>, false, nullptr, false, true},
    FigureInfo{"stage_slowdown_mean", "slow-down mean", "", inner<kSlowdown, kMean>, true},
    FigureInfo{"stage_slowdown_p99", "slow-down p99", "", inner<kSlowdown, kP99>},
    FigureInfo{"stage_slowdown_max", "slow-down max", "", inner<kSlowdown, kMax>},
    FigureInfo{"estimate_coverage_mret", "within MRET", "", inner<kCoverage, kMret>, true, nullptr, true},
    FigureInfo{"estimate_coverage_afet", "within AFET", "", inner<kCoverage, kAfet>, true, nullptr, true},
    FigureInfo{"energy_j_per_job", "energy", "J/job", field<kEnergy>, true},
    FigureInfo{"migrated_to_start_mean_ns", "migrated to start", "ns", mean_to_start<kMigrated>},
    FigureInfo{"others_to_start_mean_ns", "others to start", "ns", mean_to_start<kOthers>},
};

constexpr std::array kLevelFigures{
    FigureInfo{"released", "released", "", field<kReleased>, false, nullptr, false, true},
    FigureInfo{"admitted", "admitted", "", field<kAdmitted>, false, nullptr, false, true},
    FigureInfo{"rejected", "rejected jobs", "", field<kRejected>, false, nullptr, false, true},
    FigureInfo{"completed", "completed", "", field<kCompleted>, false, nullptr, false, true},
    FigureInfo{"missed", "missed jobs", "", field<kMissed>, false, nullptr, false, true},
    FigureInfo{"dropped", "dropped", "", field<kDropped>, false, nullptr, false, true},
    FigureInfo{"unfinished", "unfinished", "", field<kUnfinished>, false, nullptr, false, true},
    FigureInfo{"deadline_miss_rate", "missed", "", field<kMissRate>, false, field<kMissRate95>, true},
    FigureInfo{"rejection_rate", "rejected", "", rejection_rate, true, nullptr, true},
    FigureInfo{"loss_rate", "lost", "", field<kLossRate>, true, nullptr, true},
    FigureInfo{"throughput_jobs_per_s", "throughput", "jobs/s", field<kThroughput>, true},
    FigureInfo{"on_time_jobs_per_s", "in time", "jobs/s", field<kInTime>, true},
    FigureInfo{"response_mean_ms", "response mean", "ms", inner<kResponse, kMean>, true},
    FigureInfo{"response_p50_ms", "response p50", "ms", inner<kResponse, kP50>, false,
               inner<kResponse, kP50Ends>},
    FigureInfo{"response_p95_ms", "response p95", "ms", inner<kResponse, kP95>, false,
               inner<kResponse, kP95Ends>},
    FigureInfo{"response_p99_ms", "response p99", "ms", inner<kResponse, kP99>, true,
               inner<kResponse, kP99Ends>},
    FigureInfo{"response_p999_ms", "response p99.9", "ms", inner<kResponse, kP999>, false,
               inner<kResponse, kP999Ends>},
    FigureInfo{"response_max_ms", "response max", "ms", inner<kResponse, kMax>},
    FigureInfo{"migrations", "migrations", "", field<kMigrations>, false, nullptr, false, true},
};

std::optional<double> number_of(const Json& value) {
  return value.is_number() ? std::optional<double>(value.get<double>()) : std::nullopt;
}

// The interval about the value, or the one in the entry if the point has no half width for it.
Measured with_interval(const FigureInfo& figure, const Json& entry, const Json& point,
                       const std::string& prefix) {
  Measured measured{number_of(figure.get(entry)), std::nullopt, std::nullopt};
  if (!measured.value) return measured;
  if (figure.has_half_width) {
    const Json& widths = point.at("confidence").at("half_width");
    const auto half = number_of(widths.value(prefix + std::string(figure.name), Json()));
    if (half) {
      measured.low = rounded(std::max(0.0, *measured.value - *half));
      measured.high = rounded(*measured.value + *half);
      if (figure.share) measured.high = std::min(1.0, *measured.high);
      return measured;
    }
  }
  const Json ends = figure.get_interval == nullptr ? Json() : figure.get_interval(entry);
  if (!ends.is_array() || ends.size() != 2) return measured;
  measured.low = number_of(ends[0]);
  measured.high = number_of(ends[1]);
  return measured;
}

}  // namespace

std::span<const FigureInfo> point_figures() { return kPointFigures; }

std::span<const FigureInfo> level_figures() { return kLevelFigures; }

Measured measure(const FigureInfo& figure, const Json& point) {
  return with_interval(figure, point.at("results"), point, "");
}

Measured measure_level(const FigureInfo& figure, const Json& point, const Json& level) {
  const std::string prefix = "level" + std::to_string(level.at("priority").get<std::uint64_t>()) + "_";
  return with_interval(figure, level, point, prefix);
}

std::optional<double> work_in_time(const Json& point) {
  const Json& tasks = point.at("results").at("tasks");
  const Json& loads = point.at("loads");
  if (tasks.empty() || tasks.size() != loads.size()) return std::nullopt;
  double work = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::optional<double> capacity = number_of(loads[i].at("saturation_jobs_per_s"));
    if (!capacity || *capacity <= 0) return std::nullopt;
    work += tasks[i].at("on_time_jobs_per_s").get<double>() / *capacity;
  }
  return rounded(work);
}

}  // namespace daris
