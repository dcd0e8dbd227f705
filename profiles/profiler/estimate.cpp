#include "profiles/profiler/estimate.h"

#include <algorithm>
#include <array>

namespace daris {
namespace {

// The multiply-adds of one image (10^9), and the time below which more SMs don't help. Both are orders of
// magnitude, for guesses only.
struct Cost {
  std::string_view model;
  double giga_multiply_adds;
  double floor_s;
};
constexpr std::array<Cost, 4> kCosts = {{{"resnet18", 1.8, 0.0005},
                                         {"resnet50", 4.1, 0.001},
                                         {"inception_v3", 2.9, 0.0015},
                                         {"unet", 42.0, 0.0007}}};
constexpr Cost kOtherCost = {"", 0.1, 0.0002};

double job_seconds(const std::string& model, Precision precision, std::uint32_t batch, double share) {
  const std::string_view member = std::string_view(model).substr(0, model.find("-merged"));
  const auto found =
      std::find_if(kCosts.begin(), kCosts.end(), [&](const Cost& cost) { return cost.model == member; });
  const Cost cost = found == kCosts.end() ? kOtherCost : *found;
  const double giga_per_s = precision == Precision::kFp16   ? 90'000
                            : precision == Precision::kTf32 ? 40'000
                                                            : 15'000;
  return std::max(cost.floor_s, cost.giga_multiply_adds * batch / (giga_per_s * share));
}

}  // namespace

double guess_seconds(const WorkUnit& unit, std::uint32_t machine_sms, std::uint32_t samples) {
  constexpr double kSetUp = 0.15;  // load, warm up, capture
  constexpr double kLaunches = 0.5;
  constexpr double kWindow = 0.6;  // of a closed loop, its start included
  if (unit.measurement == Measurement::kLaunch) return kLaunches;
  const double mps_share = unit.mps_percentage / 100.0;
  const double green_share = static_cast<double>(unit.sms) / machine_sms;
  const double share = unit.measurement != Measurement::kTimes ? 1.0
                       : unit.backend == Backend::kMps         ? mps_share
                                                               : green_share;
  const double job = job_seconds(unit.model, unit.precision, unit.batch, share);
  const double slots = unit.contexts * unit.streams;
  switch (unit.measurement) {
    case Measurement::kTimes: return kSetUp + 2 * job * (samples + 3);
    case Measurement::kNeighbours: return 2 * kSetUp + slots * job * (samples + 5);
    case Measurement::kSaturation: return kSetUp * slots / 4 + std::max(kWindow, 6 * slots * job);
    case Measurement::kCold: return 1.0 + 2 * job * samples * 3;
    default: return 0.5 + 20 * job;
  }
}

void Pace::record(Measurement measurement, double guessed_s, double took_s) {
  Total& total = totals_[static_cast<std::size_t>(measurement)];
  total.guessed_s += guessed_s;
  total.took_s += took_s;
}

double Pace::corrected(Measurement measurement, double guessed_s) const {
  const Total& total = totals_[static_cast<std::size_t>(measurement)];
  return total.guessed_s > 0 ? guessed_s * total.took_s / total.guessed_s : guessed_s;
}

bool fits(double elapsed_s, double unit_s, double budget_s, double reserve_s) {
  return elapsed_s + unit_s + reserve_s <= budget_s;
}

}  // namespace daris
