#include "experiment/planning/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "experiment/run_options.h"

namespace daris {
namespace {

RunConfig config_with(const std::string& policy,
                      const std::vector<std::pair<std::string, std::string>>& options = {}) {
  RunConfig config;
  config.task_set = "cameras.json";
  config.policy = policy;
  for (const auto& [key, value] : options) EXPECT_TRUE(set_option(config, *find_run_option(key), value).ok());
  return config;
}

std::set<Backend> backends_of(const std::vector<Candidate>& all) {
  std::set<Backend> backends;
  for (const Candidate& candidate : all) backends.insert(candidate.shape.backend);
  return backends;
}

TEST(Candidates, AreShapesOfAllBackends) {
  const std::vector<Candidate> all = candidates_of(config_with("daris-batched")).value();
  EXPECT_EQ(backends_of(all), (std::set<Backend>{Backend::kGreen, Backend::kMps, Backend::kStreams}));
  EXPECT_GT(all.size(), 20U);
}

TEST(Candidates, KeepWhatIsGiven) {
  const auto on_mps = candidates_of(config_with("daris-batched", {{"backend", "mps"}})).value();
  EXPECT_EQ(backends_of(on_mps), (std::set<Backend>{Backend::kMps}));
  const auto shaped =
      candidates_of(config_with("daris-batched", {{"contexts", "5"}, {"streams", "2"}})).value();
  EXPECT_EQ(shaped.size(), 3U);
  for (const Candidate& candidate : shaped) {
    EXPECT_EQ(candidate.shape.contexts, 5U);
    for (const Candidate& other : neighbours_of(candidate)) EXPECT_TRUE(other.shape == candidate.shape);
  }
}

TEST(Candidates, HaveNeighboursOneStepAway) {
  const std::vector<Candidate> all =
      candidates_of(config_with("daris-batched", {{"backend", "green"}})).value();
  const auto six = std::find_if(all.begin(), all.end(),
                                [](const Candidate& candidate) { return candidate.shape.contexts == 6; });
  ASSERT_NE(six, all.end());
  std::set<std::string> texts;
  for (const Candidate& other : neighbours_of(*six)) texts.insert(candidate_text(other));
  EXPECT_EQ(texts, (std::set<std::string>{"green 5 x 1 OS 1.5, bound 0.9", "green 7 x 1 OS 1.5, bound 0.9",
                                          "green 6 x 2 OS 1.5, bound 0.9", "green 6 x 1 OS 2, bound 0.9",
                                          "green 6 x 1 OS 1.5, bound 0.8", "green 6 x 1 OS 1.5, bound 1"}));
}

TEST(Candidates, LeaveOneContextAtOsOneAndStreamsAtAll) {
  for (const Candidate& candidate : candidates_of(config_with("daris-batched")).value()) {
    for (const Candidate& other : neighbours_of(candidate)) {
      const Shape& shape = other.shape;
      EXPECT_LE(shape.oversubscription_milli, 1000 * shape.contexts);
      EXPECT_TRUE(shape.contexts == 1 || shape.oversubscription_milli >= 1500) << candidate_text(other);
      EXPECT_TRUE(shape.backend != Backend::kStreams ||
                  shape.oversubscription_milli == 1000 * shape.contexts);
    }
  }
}

TEST(Candidates, HaveNoBoundIfThePolicyObeysNone) {
  for (const Candidate& candidate : candidates_of(config_with("batching")).value()) {
    EXPECT_EQ(bound_of(candidate), std::nullopt);
    EXPECT_TRUE(neighbours_of(candidate).empty());
  }
}

}  // namespace
}  // namespace daris
