#include "base/parse_value.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("-2e3"), -2000.0);
  for (const char* text : {"", " 1", "1 ", "1x", "nan", "inf", "0x10", "1,5", "--1"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(ParseCount, TakesDigitsOnly) {
  EXPECT_EQ(parse_count("0"), 0U);
  EXPECT_EQ(parse_count("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", "1.0", "18446744073709551616", "ten"})
    EXPECT_FALSE(parse_count(text)) << text;
}

TEST(ParseDuration, KnowsItsUnits) {
  EXPECT_EQ(parse_duration("10s")->ns(), 10'000'000'000);
  EXPECT_EQ(parse_duration("10")->ns(), 10'000'000'000);
  EXPECT_EQ(parse_duration("1.5ms")->ns(), 1'500'000);
  EXPECT_EQ(parse_duration("30us")->ns(), 30'000);
  EXPECT_EQ(parse_duration("7ns")->ns(), 7);
  EXPECT_EQ(parse_duration("2min")->ns(), 120'000'000'000);
  EXPECT_EQ(parse_duration("2m")->ns(), 120'000'000'000);
  EXPECT_EQ(parse_duration("0.5h")->ns(), 1'800'000'000'000);
  EXPECT_EQ(parse_duration("0")->ns(), 0);
}

TEST(ParseDuration, RoundsToANanosecond) {
  EXPECT_EQ(parse_duration("0.3s")->ns(), 300'000'000);
  EXPECT_EQ(parse_duration("1.4ns")->ns(), 1);
  EXPECT_EQ(parse_duration("1.5ns")->ns(), 2);
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const char* text : {"", "s", "-1s", "1d", "m", "1000000s", "1 s", "ms"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace daris
