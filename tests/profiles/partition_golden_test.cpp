// What every context is granted on an H100 or H200, in a file that a person can check by hand.
// `profiles_partition_golden_test --rewrite` writes the file anew: look at the difference before you commit
// it.
#include <gtest/gtest.h>

#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/host/files.h"
#include "profiles/partition.h"

namespace daris {
namespace {

constexpr const char* kGoldenFile = DARIS_SOURCES "/tests/profiles/data/granted_sms.txt";
constexpr MachineShape kMachine;  // 132 SMs, 15 groups of 8

constexpr const char* kHeading =
    R"(Granted SMs on 132 SMs (15 groups of 8, and 12 left over), by contexts Nc and oversubscription OS <= Nc.

q        SMs that a context asks for: min(132, 2 * ceil(132 * OS / (2 * Nc))); at OS = 1: 2 * floor(132 / (2 * Nc))
green    w groups, w = round(15 * OS / Nc) in 1..15 (at OS = 1: floor(15 / Nc)), and their SMs; 15 groups are all 132 SMs;
         starts: the first group of each context's window, floor(k * 15 / Nc), which wraps around
mps      p%, the least whole percentage that grants at least q (at OS = 1 the largest that grants at most q), and the
         SMs that it grants: 2 * floor(132 * p / 200), at least 8
streams  all 132 SMs for every context
)";

std::string oversubscription_text(std::uint32_t milli) {
  std::ostringstream text;
  text << milli / 1000 << (milli % 1000 == 0 ? "" : ".5");
  return text.str();
}

std::string row(std::uint32_t contexts, std::uint32_t milli) {
  const std::vector<ContextGrant> green =
      make_partition(kMachine, {Backend::kGreen, contexts, 1, milli}).value();
  const std::vector<ContextGrant> mps = make_partition(kMachine, {Backend::kMps, contexts, 1, milli}).value();
  const std::vector<ContextGrant> streams =
      make_partition(kMachine, {Backend::kStreams, contexts, 1, milli}).value();
  std::ostringstream text;
  text << std::setw(3) << contexts << std::setw(6) << oversubscription_text(milli) << std::setw(6)
       << green[0].requested_sms << std::setw(6) << green[0].groups << std::setw(5) << green[0].granted_sms
       << std::setw(6) << mps[0].mps_percentage << "%" << std::setw(5) << mps[0].granted_sms << std::setw(8)
       << streams[0].granted_sms << "    starts";
  for (const ContextGrant& grant : green) text << ' ' << grant.first_group;
  text << '\n';
  for (std::uint32_t k = 1; k < contexts; ++k) {
    EXPECT_EQ(green[k].granted_sms, green[0].granted_sms);
    EXPECT_EQ(mps[k].granted_sms, mps[0].granted_sms);
    EXPECT_EQ(streams[k].granted_sms, streams[0].granted_sms);
  }
  return text.str();
}

std::string table() {
  std::string text = std::string(kHeading) + "\n Nc    OS     q green: w  SMs  mps: p  SMs streams\n";
  for (std::uint32_t contexts = 1; contexts <= 15; ++contexts) {
    std::vector<std::uint32_t> ratios = {1000, 1500, 2000, 2500, 3000, 4000};
    if (contexts > 4) ratios.push_back(1000 * contexts);
    for (const std::uint32_t milli : ratios)
      if (milli <= 1000 * contexts) text += row(contexts, milli);
  }
  return text;
}

TEST(PartitionGolden, GrantsWhatTheFileSays) {
  const Result<std::string> golden = read_text_file(kGoldenFile);
  ASSERT_TRUE(golden.ok()) << golden.error().message;
  EXPECT_EQ(table(), golden.value());
}

}  // namespace
}  // namespace daris

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--rewrite") {
    const daris::Status written = daris::write_file_atomically(daris::kGoldenFile, daris::table());
    if (!written.ok()) std::cerr << written.error().message << '\n';
    return written.ok() ? 0 : 1;
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
