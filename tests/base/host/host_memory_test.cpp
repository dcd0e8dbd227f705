#include "base/host/host_memory.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

constexpr double kMoreThanThereIs = 1e18;

TEST(MemoryClaim, CountsThoseBeforeIt) {
  if (!free_memory_bytes()) GTEST_SKIP() << "the free memory is not known";
  {
    const MemoryClaim small(1);
    EXPECT_TRUE(MemoryClaim(1).fits());
    EXPECT_FALSE(MemoryClaim(kMoreThanThereIs).fits());
    EXPECT_TRUE(MemoryClaim(1).fits()) << "those that ended don't count";
  }
  const MemoryClaim first(kMoreThanThereIs);
  EXPECT_TRUE(first.fits()) << "nothing is beside it";
  EXPECT_FALSE(MemoryClaim(1).fits());
}

}  // namespace
}  // namespace daris
