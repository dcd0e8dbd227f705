// One configuration of `daris sim` and `daris run`, and of a point of a sweep: what a flag, a configuration
// file or an axis of a grid can say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "policy/switches.h"
#include "profiles/profile.h"
#include "workloads/scaling.h"

namespace daris {

struct RunConfig {
  std::string task_set;  // file, or name of a bundled one
  Scaling scaling;
  std::string policy = "daris";
  PolicySwitches switches;
  std::optional<std::uint32_t>
      batch_limit;             // B of batching policies, in inputs; chosen by simulation where none is given
  std::uint32_t contexts = 8;  // Nc
  std::uint32_t streams = 1;   // Ns
  // OS in thousandths. Where none is given, 2000 or Nc, whichever is less. kEveryContext: OS = Nc.
  static constexpr std::uint32_t kEveryContext = 0;
  std::optional<std::uint32_t> oversubscription_milli;
  Backend backend = Backend::kGreen;
  bool automatic_backend = false;    // live: the best that the machine offers, instead of `backend`
  std::optional<std::uint32_t> sms;  // the whole machine is confined to so many; all where none is given
  Duration duration = Duration::from_ns(10'000'000'000);
  Duration warmup = Duration::from_ns(1'000'000'000);
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  std::string profile;  // file, or name of a bundled one; empty: the first bundled one
  std::string
      model;  // contention model: file, or name of a bundled one; empty: the bundled one of the profile's GPU
  bool copies = true;        // live: inputs are copied in and outputs copied back
  bool saturation = true;    // live: closed loops before and after the run
  std::uint32_t device = 0;  // live: the GPU, as CUDA numbers them
  std::string releases;      // event log whose releases are taken over; empty: they are drawn
  std::string schedule;      // event log whose schedule is executed; its releases are taken over too

  // A bit a row of run_options() that was set; a schedule's log fills in others. Decides nothing else. Ask
  // is_given().
  std::uint64_t given = 0;
};

}  // namespace daris
