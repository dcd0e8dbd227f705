// The command line of `daris-mps-priorities`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace daris {

// What is measured: each rate beside each number of processes, with each setting of priorities.
struct RivalOptions {
  std::vector<double> rates_hz = {60, 390};          // of the urgent network
  std::vector<std::uint32_t> beside = {1, 2, 4, 8};  // best-effort processes; ascending
  std::vector<bool> priorities = {true};
  std::uint32_t jobs = 684;  // of the urgent network, in the window of each point
  Duration warmup = Duration::from_ns(800 * kNsPerMs);
  std::uint32_t device = 0;
  std::string output;  // -o; empty: standard output
  bool help = false;
};

// MPS serves at most 48 clients, and the urgent network is one.
inline constexpr std::uint32_t kBesideMax = 47;

// `arguments` are without the program's name. Errors: an unknown option, or a value out of its range.
[[nodiscard]] Result<RivalOptions> parse_rival_options(const std::vector<std::string>& arguments);

[[nodiscard]] std::string rival_help();

}  // namespace daris
