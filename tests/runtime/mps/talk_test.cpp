// Tests how scheduler and workers talk: queue, commands, setups, memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "runtime/mps/command_ring.h"
#include "runtime/mps/life_line.h"
#include "runtime/mps/segment.h"
#include "runtime/mps/worker_command.h"
#include "runtime/mps/worker_setup.h"
#include "tests/runtime/cpu/small_workload.h"

namespace daris {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint32_t> message(std::uint32_t first, std::size_t words) {
  std::vector<std::uint32_t> made(words);
  std::iota(made.begin(), made.end(), first);
  return made;
}

TEST(CommandRing, GivesMessagesInOrder) {
  const auto ring = std::make_unique<CommandRing>();
  std::vector<std::uint32_t> seen;
  EXPECT_FALSE(ring->pop(seen));
  EXPECT_TRUE(ring->push(message(1, 3)));
  EXPECT_TRUE(ring->push(message(7, 1)));
  ASSERT_TRUE(ring->pop(seen));
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
  ASSERT_TRUE(ring->pop(seen));
  EXPECT_THAT(seen, ElementsAre(7));
  EXPECT_FALSE(ring->pop(seen));
}

TEST(CommandRing, RefusesWhatDoesNotFitAndKeepsTheRest) {
  const auto ring = std::make_unique<CommandRing>();
  const std::size_t words = CommandRing::kMessageMax - 1;
  EXPECT_TRUE(ring->push(message(1, words)));
  EXPECT_TRUE(ring->push(message(2, words)));
  EXPECT_FALSE(ring->push(message(3, 1)));
  std::vector<std::uint32_t> seen;
  ASSERT_TRUE(ring->pop(seen));
  EXPECT_EQ(seen, message(1, words));
  EXPECT_TRUE(ring->push(message(3, 1)));
  ASSERT_TRUE(ring->pop(seen));
  EXPECT_EQ(seen, message(2, words));
  ASSERT_TRUE(ring->pop(seen));
  EXPECT_EQ(seen, message(3, 1));
}

TEST(CommandRing, CarriesAMillionMessagesBetweenThreads) {
  constexpr std::uint32_t kMessages = 1'000'000;
  const auto ring = std::make_unique<CommandRing>();
  std::thread writer([&] {
    for (std::uint32_t number = 0; number < kMessages; ++number) {
      while (!ring->push(message(number, 1 + number % 13))) std::this_thread::yield();
    }
  });
  std::vector<std::uint32_t> seen;
  for (std::uint32_t number = 0; number < kMessages; ++number) {
    while (!ring->pop(seen)) std::this_thread::yield();
    ASSERT_EQ(seen, message(number, 1 + number % 13));
  }
  writer.join();
}

TEST(WorkerCommand, ComesBackFromItsWords) {
  const std::vector<JobId> jobs = {{7, TaskId(1)}, {8, TaskId(300)}};
  WorkerCommand command;
  command.slot = SlotId(3);
  command.stage = StageIndex(2);
  command.batch = 16;
  command.posted_ns = 0x1234'5678'9abc'def0;
  command.jobs = jobs;
  std::vector<std::uint32_t> words;
  encode(command, words);
  CommandDecoder decoder;
  const WorkerCommand seen = decoder.decode(words);
  EXPECT_EQ(seen.kind, CommandKind::kLaunch);
  EXPECT_EQ(seen.slot, command.slot);
  EXPECT_EQ(seen.stage, command.stage);
  EXPECT_EQ(seen.batch, command.batch);
  EXPECT_EQ(seen.posted_ns, command.posted_ns);
  EXPECT_THAT(std::vector<JobId>(seen.jobs.begin(), seen.jobs.end()), ElementsAre(jobs[0], jobs[1]));
  encode({CommandKind::kProbe, 99, {}, {}, 1, 0, {}}, words);
  EXPECT_EQ(decoder.decode(words).ticket, 99U);
}

TEST(WorkerSetup, ComesBackFromItsLine) {
  WorkerSetup setup;
  setup.device = 2;
  setup.contexts = 8;
  setup.context = ContextId(5);
  setup.streams = 3;
  setup.granted_sms = 32;
  setup.core = 11;
  setup.staged = false;
  setup.copies = false;
  setup.seed = 0xffff'ffff'ffff'ffff;
  setup.batches = {1, 8};
  setup.set = testing::small_workload().set;
  setup.set.groups[1].arrival.kind = ArrivalKind::kTrace;
  setup.set.groups[1].arrival.trace_file = "not/to/be/read.csv";
  const std::string line = encode_setup(setup);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const Result<WorkerSetup> decoded = decode_setup(line);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  const WorkerSetup& seen = decoded.value();
  EXPECT_EQ(seen.device, setup.device);
  EXPECT_EQ(seen.context, setup.context);
  EXPECT_EQ(seen.granted_sms, setup.granted_sms);
  EXPECT_EQ(seen.core, setup.core);
  EXPECT_EQ(seen.staged, setup.staged);
  EXPECT_EQ(seen.copies, setup.copies);
  EXPECT_EQ(seen.seed, setup.seed);
  EXPECT_EQ(seen.batches, setup.batches);
  ASSERT_EQ(seen.set.groups.size(), setup.set.groups.size());
  const Workload sent = make_workload(setup.set);
  const Workload made = make_workload(seen.set);
  ASSERT_EQ(made.tasks.size(), sent.tasks.size());
  for (std::size_t task = 0; task < made.tasks.size(); ++task)
    EXPECT_EQ(made.tasks[task].weights_id, sent.tasks[task].weights_id);
  EXPECT_FALSE(decode_setup("{}").ok());
  EXPECT_FALSE(decode_setup("hello").ok());
}

TEST(WorkerAnswer, ComesBackFromItsLine) {
  const WorkerReady ready = decode_answer(encode_answer(WorkerReady{32, {4, 1}, 5'000'000'000})).value();
  EXPECT_EQ(ready.granted_sms, 32U);
  EXPECT_THAT(ready.stages, ElementsAre(4, 1));
  EXPECT_EQ(ready.memory_bytes, 5'000'000'000U) << "more than 32 bits hold";
  EXPECT_EQ(decode_answer(encode_answer(Error{"no\nmemory"})).error().message, "no\nmemory");
}

TEST(LifeLine, BreaksWhenItsThreadEnds) {
  LifeLine line;
  EXPECT_FALSE(line.broken());
  std::atomic<bool> held = false;
  std::atomic<bool> end = false;
  std::thread thread([&] {
    line.hold();
    held = true;
    while (!end) std::this_thread::yield();
  });
  while (!held) std::this_thread::yield();
  EXPECT_FALSE(line.broken());
  end = true;
  thread.join();
  EXPECT_TRUE(line.broken());
  EXPECT_TRUE(line.broken());
}

TEST(Segment, IsSharedByWhoHasMappedIt) {
  const Segment made = Segment::create(3, 5).value();
  const Segment other = Segment::attach(dup(made.descriptor()), 3, 5).value();
  for (std::uint32_t context = 0; context < 3; ++context) {
    const WorkerMemory here = made.worker(ContextId(context));
    const WorkerMemory there = other.worker(ContextId(context));
    ASSERT_EQ(there.slots.size(), 5U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(there.lines.data()) % 4096, 0U) << "the GPU wants whole pages";
    ASSERT_TRUE(here.commands->push(message(context, 2)));
    there.slots[4].dealt = context + 7;
    there.lines[4].ended = context + 9;
    there.report->set_fault("fault " + std::to_string(context) + std::string(500, '!'));
  }
  for (std::uint32_t context = 0; context < 3; ++context) {
    std::vector<std::uint32_t> seen;
    ASSERT_TRUE(other.worker(ContextId(context)).commands->pop(seen));
    EXPECT_EQ(seen, message(context, 2));
    const WorkerMemory here = made.worker(ContextId(context));
    EXPECT_EQ(here.slots[4].dealt, context + 7);
    EXPECT_EQ(here.lines[4].ended, context + 9);
    EXPECT_THAT(here.report->fault.data(), ::testing::StartsWith("fault " + std::to_string(context) + "!"));
  }
}

}  // namespace
}  // namespace daris
