// Plays the files of tests/policy/scenarios/ and compares what comes out with what stands in them.
// `policy_scenario_test --rewrite` writes the files anew: look at the difference before you commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/policy/scenario.h"

namespace daris::testing {
namespace {

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(DARIS_SCENARIO_FOLDER))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class ScenarioFile : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(ScenarioFile, GivesTheDecisionsThatStandInIt) {
  const std::string text = read(GetParam());
  const Result<std::string> played = play_scenario(text);
  ASSERT_TRUE(played.ok()) << GetParam().string() << ", " << played.error().message;
  EXPECT_EQ(text, played.value()) << GetParam().string();
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFile, ::testing::ValuesIn(scenario_files()),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(Scenarios, AreMany) { EXPECT_GE(scenario_files().size(), 25U); }

TEST(Scenarios, SayWhichLineTheyDoNotUnderstand) {
  const auto error = [](const std::string& text) {
    const Result<std::string> played = play_scenario(text);
    return played.ok() ? std::string() : played.error().message;
  };
  EXPECT_EQ(error("policy fifo\ncontexs 2\n"), "line 2: unknown command \"contexs\"");
  EXPECT_EQ(error("policy fifo\ntask a period 10 stages 1\nat 0\n  release b#0\n"),
            "line 4: no task is called \"b\"");
  EXPECT_EQ(error("policy fifo\nset windw=3\n"),
            "line 2: unknown switch \"windw\"; did you mean \"window\"?");
  EXPECT_EQ(error("streams 2 3\n"), "line 1: \"3\" is one word too many");
}

TEST(Scenarios, ShowADecisionThatChanged) {
  const std::string text = "policy fifo\ntask a period 10 stages 1\nat 0\n  release a#0\n> nothing\n";
  const Result<std::string> played = play_scenario(text);
  ASSERT_TRUE(played.ok());
  EXPECT_NE(played.value(), text);
}

int rewrite() {
  for (const std::filesystem::path& file : scenario_files()) {
    const std::string text = read(file);
    const Result<std::string> played = play_scenario(text);
    if (!played.ok()) {
      std::cerr << file.string() << ", " << played.error().message << "\n";
      return 1;
    }
    if (played.value() == text) continue;
    std::ofstream(file) << played.value();
    std::cerr << "rewritten: " << file.string() << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace daris::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc > 1 && std::string(argv[1]) == "--rewrite") return daris::testing::rewrite();
  return RUN_ALL_TESTS();
}
