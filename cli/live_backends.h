// The backends of daris-run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "experiment/run_config.h"
#include "runtime/live_backend.h"

namespace daris {

class LiveBackends {
 public:
  // The backend that the configuration names. If it leaves the choice, that is green on a GPU and cpu without
  // one. Each is made once for each device. Errors: of the environment: no GPU, no such device.
  [[nodiscard]] Result<std::shared_ptr<LiveBackend>> choose(const RunConfig& config);

 private:
  std::map<std::pair<Backend, std::uint32_t>, std::shared_ptr<LiveBackend>> made_;
};

// Says, for people, why a backend was chosen.
[[nodiscard]] std::string automatic_backend_reason(const LiveBackend& chosen);

}  // namespace daris
