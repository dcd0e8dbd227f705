#include "sim/contention_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace daris {
namespace {

using testing::HasSubstr;

ContentionParameters some() {
  ContentionParameters parameters;
  parameters.name = "toy";
  parameters.gpu = "Toy GPU";
  parameters.command = "by hand";
  parameters.green =
      BackendContention{{4750, "a"}, {0.125, "b"}, {0.75, "g"}, {16, "c"}, {0.25, "i"}, {0.625, "j"}};
  parameters.streams = BackendContention{{5000, "d"}, {0, "e"}, {0, "h"}, {8, "f"}, {0, "k"}, {1, "l"}};
  return parameters;
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = write_contention(some());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string message(const std::string& text) {
  const auto result = parse_contention(text, "model.json");
  return result.ok() ? "no error" : result.error().message;
}

TEST(ContentionParameters, AreReadAsTheyWereWritten) {
  const auto read = parse_contention(write_contention(some()), "model.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(write_contention(read.value()), write_contention(some()));
  EXPECT_EQ(read.value().of(Backend::kGreen)->handover_ns.value, 0.125);
  EXPECT_EQ(read.value().of(Backend::kStreams)->hardware_queues.source, "f");
  EXPECT_FALSE(read.value().of(Backend::kMps));
}

// Files that were written before a parameter was known.
TEST(ContentionParameters, MayLackTheNewerOnes) {
  std::string text = write_contention(some());
  for (const std::string name : {"latency", "fill"}) {
    const std::size_t begin = text.find("\"" + name + "\"");
    ASSERT_NE(begin, std::string::npos);
    text.erase(begin, text.find('}', begin) + 2 - begin);
  }
  const auto read = parse_contention(text, "model.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().green->latency.value, 0);
  EXPECT_EQ(read.value().green->fill.value, 1);
}

TEST(ContentionParameters, HaveTheNewestOnesOnlyIfTheyDoSomething) {
  ContentionParameters parameters = some();
  for (const NewerParameter& one : newer_parameters()) {
    EXPECT_EQ(write_contention(some()).find("\"" + std::string(one.key) + "\""), std::string::npos);
    (*parameters.green).*one.parameter = {0.5, std::string("of ") + one.key};
  }
  const auto read = parse_contention(write_contention(parameters), "model.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  for (const NewerParameter& one : newer_parameters()) {
    EXPECT_EQ(((*read.value().green).*one.parameter).value, 0.5);
    EXPECT_EQ(((*read.value().green).*one.parameter).source, std::string("of ") + one.key);
    EXPECT_EQ(((*read.value().streams).*one.parameter).value, 0);
  }
}

TEST(ContentionParameters, AreReadFromAFile) {
  const auto file = std::filesystem::path(testing::TempDir()) / "contention.json";
  std::ofstream(file) << write_contention(some());
  const auto read = read_contention(file);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().name, "toy");
  EXPECT_THAT(read_contention("/nowhere/model.json").error().message, HasSubstr("/nowhere/model.json"));
}

TEST(ContentionParameters, NameThePlaceOfWhatIsWrong) {
  EXPECT_THAT(message("{"), HasSubstr("model.json:1:"));
  EXPECT_THAT(message(replaced("4750", "0")),
              AllOf(HasSubstr("model.json: backends.green.cache_gb_per_s.value"), HasSubstr("0")));
  EXPECT_THAT(message(replaced("0.125", "-1")), HasSubstr("backends.green.handover_ns.value"));
  EXPECT_THAT(message(replaced("0.75", "3")), HasSubstr("backends.green.turns.value"));
  EXPECT_THAT(message(replaced("0.25", "-1")), HasSubstr("backends.green.latency.value"));
  EXPECT_THAT(message(replaced("0.625", "2")), HasSubstr("backends.green.fill.value"));
  EXPECT_THAT(message(replaced("16", "\"many\"")), HasSubstr("backends.green.hardware_queues.value"));
  EXPECT_THAT(message(replaced("16", "1.5")), HasSubstr("backends.green.hardware_queues.value"));
  EXPECT_THAT(message(replaced("\"a\"", "\"\"")), HasSubstr("backends.green.cache_gb_per_s.source"));
  EXPECT_THAT(message(replaced("handover_ns", "handver_ns")),
              AllOf(HasSubstr("handver_ns"), HasSubstr("handover_ns")));
  EXPECT_THAT(message(replaced("daris.contention-model", "daris.profile")),
              HasSubstr("daris.contention-model"));
}

TEST(ContentionParametersDeathTest, TheCpuHasNone) {
  EXPECT_DEATH(static_cast<void>(some().of(Backend::kCpu)), "kCpu");
}

}  // namespace
}  // namespace daris
