#include "profiles/profiler/worker_process.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "base/named_value.h"

namespace daris {
namespace {

constexpr NameTable<WorkerRole, 4> kRoles{{{"timing", WorkerRole::kTiming},
                                           {"kernels", WorkerRole::kKernels},
                                           {"traffic", WorkerRole::kTraffic},
                                           {"mps", WorkerRole::kMps}}};
constexpr NameTable<ReplyKind, 5> kReplyKinds{{{"profile", ReplyKind::kProfile},
                                               {"ready", ReplyKind::kReady},
                                               {"error", ReplyKind::kError},
                                               {"unavailable", ReplyKind::kUnavailable},
                                               {"fatal", ReplyKind::kFatal}}};

using Clock = std::chrono::steady_clock;

}  // namespace

std::string_view to_text(WorkerRole role) { return name_in(kRoles, role); }

Result<WorkerRole> parse_worker_role(std::string_view text) {
  for (const auto& [known, role] : kRoles)
    if (known == text) return role;
  return Error{fmt::format("--worker: unknown role \"{}\"", text)};
}

std::string encode_reply(const Reply& reply) {
  return fmt::format("{} {}\n{}", name_in(kReplyKinds, reply.kind), reply.body.size(), reply.body);
}

Result<bool> ReplyReader::next(Reply& reply) {
  const std::size_t line_end = bytes_.find('\n');
  if (line_end == std::string::npos) return false;
  const std::string line = bytes_.substr(0, line_end);
  const std::size_t space = line.find(' ');
  std::size_t length = 0;
  const char* const end = line.data() + line.size();
  const bool number = space != std::string::npos &&
                      std::from_chars(line.data() + space + 1, end, length).ptr == end &&
                      space + 1 < line.size();
  for (const auto& [text, kind] : kReplyKinds) {
    if (!number || text != std::string_view(line).substr(0, space)) continue;
    if (bytes_.size() - line_end - 1 < length) return false;
    reply = {kind, bytes_.substr(line_end + 1, length)};
    bytes_.erase(0, line_end + 1 + length);
    return true;
  }
  return environment_error(fmt::format("the worker said \"{}\", which is no reply", line.substr(0, 80)));
}

Result<WorkerProcess> WorkerProcess::start(const std::string& program, WorkerRole role,
                                           const Environment& environment) {
  DARIS_TRY_ASSIGN(
      ChildProcess process,
      ChildProcess::start({{program, "--worker", std::string(to_text(role))}, environment, std::nullopt}));
  return WorkerProcess(std::move(process));
}

Result<Reply> WorkerProcess::receive(double timeout_s, const std::function<bool()>& interrupted) {
  constexpr auto kTick = std::chrono::milliseconds(100);
  const auto give_up = Clock::now() + std::chrono::duration<double>(timeout_s);
  while (true) {
    Reply reply;
    DARIS_TRY_ASSIGN(const bool complete, reader_.next(reply));
    if (complete) return reply;
    if (interrupted()) return environment_error("interrupted");
    if (Clock::now() > give_up) {
      return environment_error(
          fmt::format("the worker has not answered for {} s", static_cast<int>(timeout_s)));
    }
    std::string said;
    if (!process_.receive(said, kTick).ok()) return environment_error("the worker died");
    reader_.add(said);
  }
}

}  // namespace daris
