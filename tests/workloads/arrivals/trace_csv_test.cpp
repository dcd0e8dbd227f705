#include "workloads/arrivals/trace_csv.h"

#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

std::string error_of(const std::string& text) {
  const Result<std::vector<Time>> trace = parse_trace(text, "t.csv");
  return trace.ok() ? "no error" : trace.error().message;
}

TEST(TraceCsv, ReadsSecondsToTheNanosecond) {
  const Result<std::vector<Time>> trace =
      parse_trace("time_s\n# from camera 3\n0\n\n0.0333333334\r\n 0.5 \n0.5\n1e1", "t.csv");
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  EXPECT_EQ(trace.value(),
            (std::vector<Time>{Time::from_ns(0), Time::from_ns(33'333'333), Time::from_ns(500'000'000),
                               Time::from_ns(500'000'000), Time::from_ns(10'000'000'000)}));
}

TEST(TraceCsv, NamesTheLineThatIsWrong) {
  EXPECT_EQ(error_of("time\n1\nabc\n"),
            "t.csv:3: \"abc\" is wrong; a time in seconds from 0 to 1e+06 is needed");
  EXPECT_EQ(error_of("-1\n"), "t.csv:1: \"-1\" is wrong; a time in seconds from 0 to 1e+06 is needed");
  EXPECT_EQ(error_of("1000001"),
            "t.csv:1: \"1000001\" is wrong; a time in seconds from 0 to 1e+06 is needed");
  EXPECT_EQ(error_of("1\nnan\n"), "t.csv:2: \"nan\" is wrong; a time in seconds from 0 to 1e+06 is needed");
  EXPECT_EQ(error_of("2\n\n1.5\n"),
            "t.csv:3: 1.5 is earlier than the time before it; ascending times are needed");
  EXPECT_EQ(error_of("1,2\n"), "t.csv:1: \"1,2\" has several columns; one is needed");
  EXPECT_EQ(error_of("first\nsecond\n"),
            "t.csv:2: \"second\" is wrong; a time in seconds from 0 to 1e+06 is needed");
}

// Each was once taken for a heading, and its time was lost.
TEST(TraceCsv, TakesNoNumberThatIsWrittenWronglyForAHeading) {
  for (const std::string first : {"0.5s", "1e", "+0.25", ".5.", "0x10", "1 000", "2026-11-28", "12:30:01",
                                  "NaN", "-inf", "\"0.5\"", "{", "[0.1", "=0.1", "0.1;2"}) {
    EXPECT_EQ(error_of(first + "\n1\n"),
              "t.csv:1: \"" + first + "\" is wrong; a time in seconds from 0 to 1e+06 is needed");
  }
}

TEST(TraceCsv, TakesNamesOfColumnsForHeadings) {
  for (const std::string first : {"t", "time (s)", "\"arrival time\"", "_t", "arrived_at [seconds]", "Zeit",
                                  "\xE6\x97\xB6\xE9\x97\xB4", "t0"})
    EXPECT_EQ(error_of(first + "\n1\n"), "no error") << first;
}

TEST(TraceCsv, ReadsTheFirstTimeBehindAByteOrderMark) {
  EXPECT_EQ(parse_trace("\xEF\xBB\xBF"
                        "0.25\n1\n",
                        "t.csv")
                .value()
                .size(),
            2U);
  EXPECT_EQ(parse_trace("\xEF\xBB\xBFtime\n1\n", "t.csv").value().size(), 1U);
}

TEST(TraceCsv, RefusesAHeadingThatNamesAnotherUnit) {
  EXPECT_EQ(error_of("arrival_ms\n1\n"),
            "t.csv:1: the heading \"arrival_ms\" names ms; times in seconds are needed");
  EXPECT_EQ(error_of("Time [Milliseconds]\n1\n"),
            "t.csv:1: the heading \"Time [Milliseconds]\" names milliseconds; times in seconds are needed");
  EXPECT_EQ(error_of("t (us)\n1\n"), "t.csv:1: the heading \"t (us)\" names us; times in seconds are needed");
  for (const auto& [heading, unit] : {std::pair("timestampMs", "ms"), std::pair("time_in_minutes", "minutes"),
                                      std::pair("startHours", "hours"), std::pair("T_NANOS", "nanos")})
    EXPECT_EQ(error_of(std::string(heading) + "\n1\n"), std::string("t.csv:1: the heading \"") + heading +
                                                            "\" names " + unit +
                                                            "; times in seconds are needed");
  for (const char* const gaps : {"interarrival", "inter-arrival time", "gap_s", "Delta"})
    EXPECT_NE(error_of(std::string(gaps) + "\n1\n").find("times since the start are needed"),
              std::string::npos)
        << gaps;
  for (const char* const harmless : {"items", "frames", "status", "minister", "gapless"})
    EXPECT_EQ(error_of(std::string(harmless) + "\n1\n"), "no error") << harmless;
}

TEST(TraceCsv, NeedsATime) {
  EXPECT_EQ(error_of(""), "t.csv: has no release time; at least one is needed");
  EXPECT_EQ(error_of("time\n"), "t.csv: has no release time; at least one is needed");
}

TEST(TraceCsv, NamesAMissingFile) {
  EXPECT_EQ(read_trace("/none/t.csv").error().message,
            "/none/t.csv: can't be read: No such file or directory");
}

}  // namespace
}  // namespace daris
