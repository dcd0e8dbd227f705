// The processes that share the GPU through MPS, without a scheduler: one urgent, the others best-effort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host/child_process.h"
#include "base/result.h"
#include "gpu/mps_daemon.h"
#include "runtime/rivals/client_talk.h"

namespace daris {

struct RivalFleetRequest {
  std::vector<std::string> client;  // program and arguments that start one
  int device = 0;
  bool priorities = true;
  std::optional<std::uint32_t> urgent_core;
  std::vector<std::uint32_t> cores;  // of best-effort processes; those without one are not pinned
};

// Everything ends when the fleet is destroyed and, by the kernel's help, when this process ends. Threads:
// one, which lives as long as the fleet (base/host/child_process.h).
class RivalFleet {
 public:
  // Starts a daemon of MPS and the urgent process. Errors: no MPS, no process, no GPU.
  [[nodiscard]] static Result<RivalFleet> start(RivalFleetRequest request);

  // Starts best-effort processes until there are `count`. They load side by side, but choose algorithms and
  // capture one after the other, since they would disturb each other. Errors: of the environment; the message
  // names the process.
  [[nodiscard]] Status grow_to(std::uint32_t count);

  // All processes run the plan; best-effort ones in closed loops. Returns the urgent process's result first.
  // Errors: a process failed or did not answer in time, or the program was interrupted.
  [[nodiscard]] Result<std::vector<LoopResult>> run(const LoopPlan& plan);

  // The networks of the best-effort processes.
  [[nodiscard]] std::vector<std::string> networks() const;
  // True if the driver told every process that it works through MPS.
  [[nodiscard]] bool under_mps() const { return under_mps_; }

 private:
  struct Client {
    ChildProcess process;
    std::string network;
    std::string name;  // in messages
    std::string said;  // not yet a whole line
  };

  RivalFleet(RivalFleetRequest request, MpsDaemon daemon)
      : request_(std::move(request)), daemon_(std::move(daemon)) {}
  [[nodiscard]] Status start_process(const std::string& network);
  [[nodiscard]] Status prepare(std::size_t client);
  [[nodiscard]] Result<std::string> line_of(Client& client, double patience_s);

  RivalFleetRequest request_;
  MpsDaemon daemon_;  // before its clients, which end first
  std::vector<Client> clients_;
  bool under_mps_ = true;
};

}  // namespace daris
