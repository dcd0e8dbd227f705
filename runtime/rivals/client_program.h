// A client of MPS: this same program, started with kRivalClientWord. It reads a setup, then plans, line by
// line, and answers each (runtime/rivals/client_talk.h).
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "runtime/rivals/client_loop.h"
#include "runtime/rivals/client_talk.h"

namespace daris {

inline constexpr std::string_view kRivalClientWord = "--client";

struct PreparedEngine {
  std::unique_ptr<RivalEngine> engine;
  ClientReady ready;
};
using MakeEngine = std::function<PreparedEngine(const ClientSetup&)>;  // may throw std::exception

// Serves until standard input ends or something fails, then ends the process without destroying anything: a
// job may hang, and Torch's caches hold on to streams and graphs.
[[noreturn]] void run_rival_client(const MakeEngine& make);

}  // namespace daris
