// What a GPU draws while it runs networks, fitted to live runs (docs/contention-model.md, "Power").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace daris {

// What a network adds to the power. Joules.
struct NetworkEnergy {
  std::string model;
  std::string precision;  // "tf32"
  double input_j = 0;     // for each input
  double launch_j = 0;    // for each launch of the whole network, however many inputs it has
};

// Watts.
struct PowerModel {
  std::string name;
  std::string gpu;      // as the profile's gpu.name: what it was fitted on
  std::string command;  // that made it
  double limit_w = 0;   // the GPU draws no more
  double static_w = 0;
  double busy_w = 0;  // times the square root of the busy slots
  std::vector<NetworkEnergy> networks;
};

// What a run does in a second, on average.
struct GpuActivity {
  struct Inputs {
    std::string model;
    std::string precision;
    double per_s = 0;
  };
  std::vector<Inputs> inputs;    // that were completed
  double inputs_per_launch = 1;  // >= 1; of all networks alike
  double busy_slots = 0;
};

// The mean power. Errors: the model has no energy of a network that runs.
[[nodiscard]] Result<double> power_w(const PowerModel& model, const GpuActivity& activity);

// Errors: as docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<PowerModel> parse_power_model(const std::string& text, const std::string& origin);

}  // namespace daris
