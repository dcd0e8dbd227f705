#include "experiment/sweep/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "experiment/config_json.h"
#include "experiment/log_follower.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

// So many requests wait or run for each thread, so that none is idle and few are read ahead.
constexpr std::size_t kAheadPerThread = 4;

struct Request {
  std::uint64_t line = 0;  // from 1
  Json id;                 // as the line has it; null if it has none
  Point point;
};

std::string answer_text(std::uint64_t line, const Json& id, std::string_view key, Json value) {
  Json answer = {{"line", line}};
  if (!id.is_null()) answer["id"] = id;
  answer[std::string(key)] = std::move(value);
  return write_json_line(answer);
}

// Answers may be ready in any order; they leave in that of the requests. Threads: any.
class Answers {
 public:
  explicit Answers(const std::function<Status(const std::string&)>& out) : out_(out) {}

  // The place of the next request.
  std::uint64_t expect() {
    const std::lock_guard lock(mutex_);
    return expected_++;
  }
  void give(std::uint64_t place, std::string answer) {
    const std::lock_guard lock(mutex_);
    ready_.emplace(place, std::move(answer));
    for (auto first = ready_.find(given_); first != ready_.end(); first = ready_.find(given_)) {
      if (status_.ok()) status_ = out_(first->second);
      ready_.erase(first);
      ++given_;
    }
    changed_.notify_all();
  }
  // Waits until fewer than `count` are open. Returns false if answers can't be given any more.
  bool wait_for_fewer(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return expected_ - given_ < count || !status_.ok(); });
    return status_.ok();
  }
  [[nodiscard]] Status status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  const std::function<Status(const std::string&)>& out_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::string> ready_;
  std::uint64_t expected_ = 0;
  std::uint64_t given_ = 0;
  Status status_;
};

// Reads requests on the thread that calls, and runs them on others.
class Evaluations {
 public:
  Evaluations(PointRunner& runner, const EvaluationSetup& setup)
      : runner_(runner), setup_(setup), answers_(setup.answer) {}

  // After an exception, what waits is not run any more.
  ~Evaluations() {
    {
      const std::lock_guard lock(mutex_);
      waiting_.clear();
    }
    end();
  }
  Evaluations(const Evaluations&) = delete;
  Evaluations& operator=(const Evaluations&) = delete;

  Status run() {
    start_workers();
    read();
    end();
    return answers_.status();
  }

 private:
  using Open = std::pair<std::uint64_t, Request>;  // with its place

  // If the system starts no more threads, those that there are do the work; without any, the caller's does.
  void start_workers() {
    workers_.reserve(setup_.threads);
    try {
      for (std::size_t i = 0; i < setup_.threads; ++i) workers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      return;
    }
  }

  // Waits until the workers have done what waits.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    waiting_changed_.notify_all();
    workers_.clear();
  }

  void read() {
    std::uint64_t line = 0;
    const std::uint64_t ahead = kAheadPerThread * std::max<std::size_t>(workers_.size(), 1);
    while (answers_.wait_for_fewer(ahead)) {
      const std::optional<std::string> text = setup_.next();
      if (!text) return;
      ++line;
      if (text->find_first_not_of(" \t\r") == std::string::npos) continue;
      const std::uint64_t place = answers_.expect();
      Request request;
      request.line = line;
      if (const Status settled = settle(*text, request); settled.ok()) {
        put({place, std::move(request)});
      } else {
        answers_.give(place, answer_text(line, request.id, "error", settled.error().message));
      }
    }
  }

  Status settle(const std::string& text, Request& request) {
    const std::string origin = fmt::format("line {}", request.line);
    if (text.size() > kRequestBytesMax)
      return Error{
          fmt::format("{}: has {} bytes; at most {} are read", origin, text.size(), kRequestBytesMax)};
    DARIS_TRY_ASSIGN(Json object, parse_json(text, origin, JsonOrigin::kLine));
    if (!object.is_object()) return Error{origin + ": is not a JSON object, such as {\"load\": 1.5}"};
    if (const auto id = object.find("id"); id != object.end()) {
      request.id = *id;
      object.erase(id);
    }
    RunConfig config = setup_.defaults;
    DARIS_TRY(apply_config_json(config, object, origin));
    const auto placed = [&](const Status& status) {
      return status.ok() ? status : Status(status.error().in(origin));
    };
    const Result<RunConfig> followed = follower_.follow(config);
    if (!followed.ok()) return followed.error().in(origin);
    Result<Point> point = runner_.settle(followed.value());
    if (!point.ok()) return point.error().in(origin);
    request.point = std::move(point).value();
    return placed(runner_.check(request.point));
  }

  void put(Open open) {
    if (workers_.empty()) {
      answers_.give(open.first, answer_to(open.second));
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(open));
    }
    waiting_changed_.notify_one();
  }

  std::optional<Open> take() {
    std::unique_lock lock(mutex_);
    waiting_changed_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return std::nullopt;
    Open open = std::move(waiting_.front());
    waiting_.pop_front();
    return open;
  }

  void work() {
    while (const std::optional<Open> open = take()) answers_.give(open->first, answer_to(open->second));
  }

  std::string answer_to(const Request& request) {
    const auto refusal = [&](const Error& error) {
      return answer_text(request.line, request.id, "error",
                         error.in(fmt::format("line {}", request.line)).message);
    };
    try {
      Result<PointRun> run = runner_.run(request.point, 1, [] { return false; });
      if (!run.ok()) return refusal(run.error());
      if (!run.value().point) return refusal(environment_error("it was stopped"));
      return answer_text(request.line, request.id, "point", *std::move(run.value().point));
    } catch (const std::bad_alloc&) {
      return refusal(environment_error("out of memory"));
    }
  }

  PointRunner& runner_;
  const EvaluationSetup& setup_;
  Answers answers_;
  LogFollower follower_;
  std::mutex mutex_;
  std::condition_variable waiting_changed_;
  std::deque<Open> waiting_;
  bool ended_ = false;
  std::vector<std::jthread> workers_;
};

}  // namespace

Status evaluate(PointRunner& runner, const EvaluationSetup& setup) {
  return Evaluations(runner, setup).run();
}

}  // namespace daris
