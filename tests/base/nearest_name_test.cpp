#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <array>

namespace daris {
namespace {

constexpr std::array<std::string_view, 4> kNames{"daris", "fifo", "edf", "static"};

TEST(NearestName, FindsTheLeastEditDistance) {
  EXPECT_EQ(nearest_name("dariss", kNames), "daris");
  EXPECT_EQ(nearest_name("fito", kNames), "fifo");
  EXPECT_EQ(nearest_name("df", kNames), "edf");
  EXPECT_EQ(nearest_name("statik", kNames), "static");
  EXPECT_EQ(nearest_name("static", kNames), "static");
}

TEST(NearestName, TakesTheFirstOfEquals) {
  constexpr std::array<std::string_view, 2> kEqual{"ab", "ac"};
  EXPECT_EQ(nearest_name("ad", kEqual), "ab");
}

TEST(NearestName, HandlesNothing) {
  EXPECT_EQ(nearest_name("x", {}), "");
  EXPECT_EQ(nearest_name("", kNames), "edf");
}

TEST(DidYouMean, AsksForTheNearestName) {
  EXPECT_EQ(did_you_mean("dariss", kNames), "did you mean \"daris\"?");
  struct Row {
    std::string_view name;
  };
  EXPECT_EQ(did_you_mean("fito", std::vector<Row>{{"daris"}, {"fifo"}}, &Row::name),
            "did you mean \"fifo\"?");
  EXPECT_EQ(did_you_mean("b", std::vector<std::string>{"a", "b"}, std::identity()), "did you mean \"b\"?");
}

}  // namespace
}  // namespace daris
