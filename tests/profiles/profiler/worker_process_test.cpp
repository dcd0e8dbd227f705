#include "profiles/profiler/worker_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace daris {
namespace {

using ::testing::HasSubstr;

// A shell script in the worker's place. It leaves no process behind, since ctest waits for all that hold its
// output.
class WorkerProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("daris-worker-test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  WorkerProcess start(const std::string& script, const WorkerProcess::Environment& environment = {}) {
    const std::string file = (folder_ / "worker").string();
    std::ofstream(file) << "#!/bin/sh\n" << script;
    chmod(file.c_str(), 0755);
    Result<WorkerProcess> process = WorkerProcess::start(file, WorkerRole::kMps, environment);
    EXPECT_TRUE(process.ok());
    return std::move(process).value();
  }

  std::filesystem::path folder_;
  bool interrupted_ = false;
  const std::function<bool()> asked_ = [this] { return interrupted_; };
};

TEST_F(WorkerProcessTest, AnswersWhatItIsAsked) {
  WorkerProcess worker = start("while read line; do printf 'profile %d\\n%s' ${#line} \"$line\"; done\n");
  ASSERT_TRUE(worker.send("first").ok());
  ASSERT_TRUE(worker.send("second one").ok());
  for (const std::string expected : {"first", "second one"}) {
    const Result<Reply> reply = worker.receive(10, asked_);
    ASSERT_TRUE(reply.ok()) << reply.error().message;
    EXPECT_EQ(reply.value().kind, ReplyKind::kProfile);
    EXPECT_EQ(reply.value().body, expected);
  }
  worker.stop(10);
}

TEST_F(WorkerProcessTest, GetsItsRoleAndEnvironment) {
  WorkerProcess worker = start("text=\"$1 $2 $DARIS_TEST\"; printf 'ready %d\\n%s' ${#text} \"$text\"\n",
                               {{"DARIS_TEST", "25"}});
  const Result<Reply> reply = worker.receive(10, asked_);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply.value().body, "--worker mps 25");
}

TEST_F(WorkerProcessTest, SaysWhenItDied) {
  WorkerProcess worker = start("exit 1\n");
  const Result<Reply> reply = worker.receive(10, asked_);
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.error().message, HasSubstr("died"));
}

TEST_F(WorkerProcessTest, WaitsNoLongerThanAllowed) {
  WorkerProcess worker = start("exec sleep 60\n");
  const Result<Reply> reply = worker.receive(0.2, asked_);
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.error().message, HasSubstr("not answered"));
}

TEST_F(WorkerProcessTest, AnInterruptionEndsTheWait) {
  WorkerProcess worker = start("exec sleep 60\n");
  interrupted_ = true;
  EXPECT_FALSE(worker.receive(60, asked_).ok());
}

TEST_F(WorkerProcessTest, IsKilledIfItDoesNotEnd) {
  WorkerProcess worker = start("trap '' TERM; while sleep 0.1; do :; done\n");
  const auto start = std::chrono::steady_clock::now();
  worker.stop(0.1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(ReplyReader, WaitsForTheWholeReply) {
  ReplyReader reader;
  Reply reply;
  const std::string whole = encode_reply({ReplyKind::kUnavailable, "no\ncounters"});
  for (const char letter : whole.substr(0, whole.size() - 1)) {
    reader.add({&letter, 1});
    const Result<bool> complete = reader.next(reply);
    ASSERT_TRUE(complete.ok());
    EXPECT_FALSE(complete.value());
  }
  reader.add(whole.substr(whole.size() - 1) + "ready 0\n");
  ASSERT_TRUE(reader.next(reply).value());
  EXPECT_EQ(reply.kind, ReplyKind::kUnavailable);
  EXPECT_EQ(reply.body, "no\ncounters");
  ASSERT_TRUE(reader.next(reply).value());
  EXPECT_EQ(reply.kind, ReplyKind::kReady);
  EXPECT_FALSE(reader.next(reply).value());
}

TEST(ReplyReader, RefusesOtherTalk) {
  for (const char* line :
       {"Warning: something\n", "profile\n", "profile x\n", "profile 1x\n", "hello 3\nabc"}) {
    ReplyReader reader;
    Reply reply;
    reader.add(line);
    EXPECT_FALSE(reader.next(reply).ok()) << line;
  }
}

TEST(WorkerRole, ComesBackFromItsText) {
  for (const WorkerRole role :
       {WorkerRole::kTiming, WorkerRole::kKernels, WorkerRole::kTraffic, WorkerRole::kMps})
    EXPECT_EQ(parse_worker_role(to_text(role)).value(), role);
  EXPECT_FALSE(parse_worker_role("worker").ok());
}

}  // namespace
}  // namespace daris
