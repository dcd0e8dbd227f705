// The suite, and the workers of its backend mps, which are this program again.
#include <gtest/gtest.h>

#include "runtime/mps/mps_program.h"

int main(int count, char** words) {
  if (count == 2 && words[1] == daris::kMpsWorkerWord) daris::run_mps_worker();
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}
