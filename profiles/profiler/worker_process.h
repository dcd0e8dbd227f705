// A worker process: this same program, started anew with --worker. It holds the GPU, so that a fault there
// costs one unit of work and not the profile. CUPTI and each MPS percentage need a process of their own too.
//
// The parent writes lines. The worker answers each with a reply: "KIND LENGTH\n" and LENGTH bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/host/child_process.h"
#include "base/result.h"

namespace daris {

enum class WorkerRole { kTiming, kKernels, kTraffic, kMps };

[[nodiscard]] std::string_view to_text(WorkerRole role);
[[nodiscard]] Result<WorkerRole> parse_worker_role(std::string_view text);

enum class ReplyKind {
  kProfile,      // the body is a profile
  kReady,        // under MPS: the worker waits for "go"
  kError,        // this unit could not be measured, the worker lives
  kUnavailable,  // nothing of this kind can be measured on this machine
  kFatal,        // the worker ends
};

struct Reply {
  ReplyKind kind = ReplyKind::kError;
  std::string body;
};

[[nodiscard]] std::string encode_reply(const Reply& reply);

// Collects the bytes of a worker and takes replies out of them. next() returns false if the first reply is
// not complete yet. Errors: of the environment, if the bytes are not a reply.
class ReplyReader {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  [[nodiscard]] Result<bool> next(Reply& reply);

 private:
  std::string bytes_;
};

// Owns the process, which ends when this object is destroyed (base/host/child_process.h). Threads: one.
class WorkerProcess {
 public:
  using Environment = ChildProcess::Environment;

  // Starts `program --worker ROLE`. Errors: of the environment (no process, no pipes).
  [[nodiscard]] static Result<WorkerProcess> start(const std::string& program, WorkerRole role,
                                                   const Environment& environment);

  [[nodiscard]] Status send(const std::string& line) { return process_.send(line); }

  // Errors: of the environment. The worker died, said nothing for `timeout_s`, or `interrupted` became true.
  [[nodiscard]] Result<Reply> receive(double timeout_s, const std::function<bool()>& interrupted);

  void close_input() { process_.close_input(); }

  // Closes its input, so that it ends after its present unit; kills it if it has not ended within `grace_s`.
  void stop(double grace_s) { process_.stop(grace_s); }

 private:
  explicit WorkerProcess(ChildProcess process) : process_(std::move(process)) {}

  ChildProcess process_;
  ReplyReader reader_;
};

}  // namespace daris
