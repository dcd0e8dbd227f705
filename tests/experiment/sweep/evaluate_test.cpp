// Evaluations line by line, over a runner of the test's own.
#include "experiment/sweep/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/experiment/sweep/plain_runner.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Gives lines, and keeps the answers.
struct Talk {
  std::vector<std::string> lines;
  std::vector<std::string> answers;
  std::size_t asked = 0;

  Status hold(
      std::size_t threads, const std::function<Status()>& answer = [] { return Status(); }) {
    testing::PlainRunner runner;
    EvaluationSetup setup;
    setup.defaults.task_set = "any";
    setup.threads = threads;
    setup.next = [this]() -> std::optional<std::string> {
      if (asked == lines.size()) return std::nullopt;
      return lines[asked++];
    };
    setup.answer = [&](const std::string& text) {
      answers.push_back(text);
      return answer();
    };
    return evaluate(runner, setup);
  }
};

TEST(Evaluate, AnswersEachLineInItsOrder) {
  Talk talk;
  for (int i = 0; i < 100; ++i)
    talk.lines.push_back(i % 3 == 0 ? "wrong" : "{\"seed\": " + std::to_string(i) + "}");
  ASSERT_TRUE(talk.hold(4).ok());
  ASSERT_THAT(talk.answers, SizeIs(100));
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_THAT(talk.answers[i], HasSubstr("{\"line\":" + std::to_string(i + 1) + ","));
}

TEST(Evaluate, TakesNoMoreOnceAnswersCannotBeGiven) {
  Talk talk;
  talk.lines.assign(1000, "wrong");
  const Status ended = talk.hold(1, [] { return Status(environment_error("nobody listens")); });
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().message, "nobody listens");
  EXPECT_THAT(talk.answers, SizeIs(1));
  EXPECT_LT(talk.asked, 10U);
}

TEST(Evaluate, RefusesALineThatIsTooLong) {
  Talk talk;
  talk.lines = {std::string(kRequestBytesMax + 1, ' ') + "{}"};
  ASSERT_TRUE(talk.hold(1).ok());
  EXPECT_THAT(talk.answers.at(0), HasSubstr("at most 1048576 are read"));
}

// A program that searches waits for each answer before it asks again.
TEST(Evaluate, AnswersBeforeItReadsOn) {
  Talk talk;
  talk.lines.assign(5, "wrong");
  testing::PlainRunner runner;
  EvaluationSetup setup;
  setup.defaults.task_set = "any";
  setup.next = [&]() -> std::optional<std::string> {
    EXPECT_EQ(talk.answers.size(), talk.asked);
    if (talk.asked == talk.lines.size()) return std::nullopt;
    return talk.lines[talk.asked++];
  };
  setup.answer = [&](const std::string& text) {
    talk.answers.push_back(text);
    return Status();
  };
  ASSERT_TRUE(evaluate(runner, setup).ok());
}

}  // namespace
}  // namespace daris
