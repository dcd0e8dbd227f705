#include "runtime/rivals/rival_fleet.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/host/interrupt.h"
#include "base/time.h"
#include "runtime/mps/monotonic_ns.h"

namespace daris {
namespace {

constexpr double kPreparePatienceS = 120;
constexpr double kRunPatienceS = 15;  // beyond the plan's end
constexpr std::uint32_t kAllSms = 100;
constexpr std::uint32_t kConnections = 2;  // CUDA's own number; a client has one stream
constexpr std::array<const char*, 2> kNetworks = {"resnet18", "resnet50"};  // of best effort, alternately

}  // namespace

Result<RivalFleet> RivalFleet::start(RivalFleetRequest request) {
  DARIS_TRY_ASSIGN(MpsDaemon daemon, MpsDaemon::start());
  RivalFleet fleet(std::move(request), std::move(daemon));
  DARIS_TRY(fleet.start_process("resnet18"));
  DARIS_TRY(fleet.prepare(0));
  return fleet;
}

Status RivalFleet::grow_to(std::uint32_t count) {
  const std::size_t before = clients_.size();
  while (clients_.size() < count + 1)
    DARIS_TRY(start_process(kNetworks[(clients_.size() - 1) % kNetworks.size()]));
  for (std::size_t client = before; client < clients_.size(); ++client) DARIS_TRY(prepare(client));
  return {};
}

// The first process is the urgent one.
Status RivalFleet::start_process(const std::string& network) {
  const bool urgent = clients_.empty();
  DARIS_TRY_ASSIGN(
      ChildProcess process,
      ChildProcess::start({request_.client,
                           daemon_.client_environment(kAllSms, kConnections, request_.priorities && !urgent),
                           std::nullopt}));
  std::string name = urgent ? "the urgent process" : fmt::format("best-effort process {}", clients_.size());
  clients_.push_back({std::move(process), network, std::move(name), ""});
  return {};
}

Status RivalFleet::prepare(std::size_t client) {
  Client& chosen = clients_[client];
  ClientSetup setup{chosen.network, request_.device, request_.priorities && client == 0, std::nullopt};
  if (client == 0) setup.core = request_.urgent_core;
  if (client > 0 && client <= request_.cores.size()) setup.core = request_.cores[client - 1];
  if (const Status sent = chosen.process.send(encode_setup(setup)); !sent.ok())
    return sent.error().in(chosen.name);
  DARIS_TRY_ASSIGN(const std::string line, line_of(chosen, kPreparePatienceS));
  const Result<ClientReady> ready = decode_ready(line);
  if (!ready.ok()) return ready.error().in(chosen.name);
  under_mps_ = under_mps_ && ready.value().mps;
  return {};
}

Result<std::vector<LoopResult>> RivalFleet::run(const LoopPlan& plan) {
  LoopPlan closed_loop = plan;
  closed_loop.period_ns = 0;
  for (std::size_t client = 0; client < clients_.size(); ++client) {
    const Status sent = clients_[client].process.send(encode_plan(client == 0 ? plan : closed_loop));
    if (!sent.ok()) return sent.error().in(clients_[client].name);
  }
  std::vector<LoopResult> results;
  for (Client& client : clients_) {
    const double left_s = static_cast<double>(plan.end_ns - monotonic_ns()) / kNsPerSecond;
    DARIS_TRY_ASSIGN(const std::string line, line_of(client, left_s + kRunPatienceS));
    Result<LoopResult> result = decode_result(line);
    if (!result.ok()) return result.error().in(client.name);
    results.push_back(std::move(result).value());
  }
  return results;
}

Result<std::string> RivalFleet::line_of(Client& client, double patience_s) {
  constexpr auto kTick = std::chrono::milliseconds(100);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_s);
  std::size_t end = client.said.find('\n');
  while (end == std::string::npos) {
    if (interrupted()) return environment_error("interrupted");
    if (std::chrono::steady_clock::now() > give_up)
      return environment_error(client.name + " does not answer");
    if (!client.process.receive(client.said, kTick).ok()) {
      client.process.stop(1);
      return environment_error(client.name + " ended: " + client.process.ending());
    }
    end = client.said.find('\n');
  }
  std::string line = client.said.substr(0, end);
  client.said.erase(0, end + 1);
  return line;
}

std::vector<std::string> RivalFleet::networks() const {
  std::vector<std::string> networks;
  for (std::size_t client = 1; client < clients_.size(); ++client)
    networks.push_back(clients_[client].network);
  return networks;
}

}  // namespace daris
