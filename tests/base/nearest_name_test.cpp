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

}  // namespace
}  // namespace daris
