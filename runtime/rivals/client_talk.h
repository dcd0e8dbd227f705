// What the program tells its clients, and what they answer: one line of JSON each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/rivals/client_loop.h"

namespace daris {

// Says what a client runs from here on.
struct ClientSetup {
  std::string network;  // "resnet18"
  int device = 0;
  bool high_priority = false;         // of its stream
  std::optional<std::uint32_t> core;  // on which it spins

  friend bool operator==(const ClientSetup&, const ClientSetup&) = default;
};

struct ClientReady {
  bool mps = false;  // the GPU's driver says that this process works through MPS
  std::uint32_t sms = 0;

  friend bool operator==(const ClientReady&, const ClientReady&) = default;
};

[[nodiscard]] std::string encode_setup(const ClientSetup& setup);
[[nodiscard]] Result<ClientSetup> decode_client_setup(const std::string& line);
[[nodiscard]] std::string encode_plan(const LoopPlan& plan);
[[nodiscard]] Result<LoopPlan> decode_plan(const std::string& line);

// Answers are values or errors.
[[nodiscard]] std::string encode_ready(const Result<ClientReady>& ready);
[[nodiscard]] Result<ClientReady> decode_ready(const std::string& line);
[[nodiscard]] std::string encode_result(const Result<LoopResult>& result);
[[nodiscard]] Result<LoopResult> decode_result(const std::string& line);

}  // namespace daris
