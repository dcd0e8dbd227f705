#include "profiles/profiler/worker_process.h"

#include <array>
#include <charconv>
#include <chrono>

namespace daris {
namespace {

constexpr std::array<std::pair<WorkerRole, std::string_view>, 4> kRoles = {{{WorkerRole::kTiming, "timing"},
                                                                            {WorkerRole::kKernels, "kernels"},
                                                                            {WorkerRole::kTraffic, "traffic"},
                                                                            {WorkerRole::kMps, "mps"}}};
constexpr std::array<std::pair<ReplyKind, std::string_view>, 5> kReplyKinds = {
    {{ReplyKind::kProfile, "profile"},
     {ReplyKind::kReady, "ready"},
     {ReplyKind::kError, "error"},
     {ReplyKind::kUnavailable, "unavailable"},
     {ReplyKind::kFatal, "fatal"}}};

using Clock = std::chrono::steady_clock;

}  // namespace

std::string_view to_text(WorkerRole role) {
  for (const auto& [known, text] : kRoles)
    if (known == role) return text;
  return "";
}

Result<WorkerRole> parse_worker_role(std::string_view text) {
  for (const auto& [role, known] : kRoles)
    if (known == text) return role;
  return Error{"--worker: unknown role \"" + std::string(text) + "\""};
}

std::string encode_reply(const Reply& reply) {
  std::string_view kind;
  for (const auto& [known, text] : kReplyKinds)
    if (known == reply.kind) kind = text;
  return std::string(kind) + " " + std::to_string(reply.body.size()) + "\n" + reply.body;
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
  for (const auto& [kind, text] : kReplyKinds) {
    if (!number || text != std::string_view(line).substr(0, space)) continue;
    if (bytes_.size() - line_end - 1 < length) return false;
    reply = {kind, bytes_.substr(line_end + 1, length)};
    bytes_.erase(0, line_end + 1 + length);
    return true;
  }
  return Error{"the worker said \"" + line.substr(0, 80) + "\", which is no reply"};
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
    if (interrupted()) return Error{"interrupted"};
    if (Clock::now() > give_up)
      return Error{"the worker has not answered for " + std::to_string(static_cast<int>(timeout_s)) + " s"};
    std::string said;
    if (const Status status = process_.receive(said, kTick); !status.ok()) return Error{"the worker died"};
    reader_.add(said);
  }
}

}  // namespace daris
