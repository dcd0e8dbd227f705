// A worker process: this same program, started anew with --worker, that holds the GPU. A fault there costs
// one unit of work, not the profile; and CUPTI and MPS percentages each want a process of their own.
//
// Talk: the parent writes lines, the worker answers each with a reply: "KIND LENGTH\n" and LENGTH bytes.
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
  kReady,        // under MPS: waits for "go"
  kError,        // this unit could not be measured, the worker lives
  kUnavailable,  // nothing of this kind can be measured on this machine
  kFatal,        // the worker ends
};

struct Reply {
  ReplyKind kind = ReplyKind::kError;
  std::string body;
};

[[nodiscard]] std::string encode_reply(const Reply& reply);

// Takes the first reply out of `bytes`, or leaves them alone while it is not complete. Errors: not a reply.
class ReplyReader {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  [[nodiscard]] Result<bool> next(Reply& reply);

 private:
  std::string bytes_;
};

// Owns the process: it ends when this goes (base/host/child_process.h). Threads: one.
class WorkerProcess {
 public:
  using Environment = ChildProcess::Environment;

  // Starts `program --worker ROLE`. Errors: no process, no pipes.
  [[nodiscard]] static Result<WorkerProcess> start(const std::string& program, WorkerRole role,
                                                   const Environment& environment);

  [[nodiscard]] Status send(const std::string& line) { return process_.send(line); }

  // Errors: it died, said nothing for `timeout_s`, or `interrupted` became true.
  [[nodiscard]] Result<Reply> receive(double timeout_s, const std::function<bool()>& interrupted);

  void close_input() { process_.close_input(); }

  // Closes its input, upon which it ends after its present unit; kills it if it has not ended within
  // `grace_s`.
  void stop(double grace_s) { process_.stop(grace_s); }

 private:
  explicit WorkerProcess(ChildProcess process) : process_(std::move(process)) {}

  ChildProcess process_;
  ReplyReader reader_;
};

}  // namespace daris
