// The main() of suites that need a GPU, and of the workers of the backend mps, which are the same program.
// Exit status 77 says that there is no GPU.
#include <gtest/gtest.h>

#include <cstdio>

#include "gpu/gpu_facts.h"
#include "gpu/hardware_queues.h"
#include "runtime/mps/mps_program.h"
#include "tests/runtime/mps/worker_outputs.h"

int main(int count, char** words) {
  if (count == 2 && words[1] == daris::kMpsWorkerWord) daris::testing::run_worker_of_a_test();
  daris::ask_for_all_hardware_queues();
  testing::InitGoogleTest(&count, words);
  if (const auto reason = daris::no_gpu()) {
    std::printf("skipped: %s\n", reason->c_str());
    return 77;
  }
  return RUN_ALL_TESTS();
}
