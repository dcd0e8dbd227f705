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
  parameters.dram_gb_per_s = {1000, "data sheet"};
  parameters.green = BackendContention{{0.75, "a"}, {0.125, "b"}, {0.25, "c"}};
  parameters.streams = BackendContention{{1, "d"}, {0, "e"}, {0.5, "f"}};
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
  EXPECT_EQ(read.value().of(Backend::kGreen)->friction.value, 0.125);
  EXPECT_EQ(read.value().of(Backend::kStreams)->pressure.source, "f");
  EXPECT_FALSE(read.value().of(Backend::kMps));
  EXPECT_EQ(read.value().dram_gb_per_s.value, 1000);
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
  EXPECT_THAT(message(replaced("0.75", "1.5")), AllOf(HasSubstr("model.json: backends.green.packing.value"), HasSubstr("1.5")));
  EXPECT_THAT(message(replaced("0.75", "0")), HasSubstr("backends.green.packing.value"));
  EXPECT_THAT(message(replaced("0.125", "-1")), HasSubstr("backends.green.friction.value"));
  EXPECT_THAT(message(replaced("0.25", "\"much\"")), HasSubstr("backends.green.pressure.value"));
  EXPECT_THAT(message(replaced("\"a\"", "\"\"")), HasSubstr("backends.green.packing.source"));
  EXPECT_THAT(message(replaced("friction", "fricton")), AllOf(HasSubstr("fricton"), HasSubstr("friction")));
  EXPECT_THAT(message(replaced("daris.contention-model", "daris.profile")), HasSubstr("daris.contention-model"));
  EXPECT_THAT(message(replaced("1000", "-5")), HasSubstr("dram_gb_per_s.value"));
}

TEST(ContentionParametersDeathTest, TheCpuHasNone) { EXPECT_DEATH(static_cast<void>(some().of(Backend::kCpu)), "kCpu"); }

}  // namespace
}  // namespace daris
