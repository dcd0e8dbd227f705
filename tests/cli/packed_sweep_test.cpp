// Sweeps whose points are packed: stopped, sharded, damaged, mixed with points in files of their own, they
// merge to the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kGrid[] =
    R"({"policy": ["daris", "edf"], "contexts": [2, 4], "load": [0.8, 1.4], "seed": [1, 2, 3]})";
constexpr std::size_t kPoints = 24;

class PackedSweep : public ProgramTest {
 protected:
  [[nodiscard]] ProgramResult sweep(const std::string& folder, const Words& more = {"--pack"}) const {
    Words words{"sweep", path("s.json"), "-o", path(folder)};
    words.insert(words.end(), more.begin(), more.end());
    return daris(words);
  }
  [[nodiscard]] std::string merged(const Words& folders) const {
    Words words{"merge", "-o", path("merged.json")};
    for (const std::string& folder : folders) words.push_back(path(folder));
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    EXPECT_THAT(result.messages, Not(HasSubstr("not finished")));
    return read(path("merged.json"));
  }
  [[nodiscard]] std::vector<std::filesystem::path> packs(const std::string& folder) const {
    std::vector<std::filesystem::path> all;
    if (!exists(path(folder + "/packs"))) return all;
    for (const auto& entry : std::filesystem::directory_iterator(path(folder + "/packs")))
      all.push_back(entry.path());
    return all;
  }
  [[nodiscard]] std::size_t packed_bytes(const std::string& folder) const {
    std::size_t bytes = 0;
    for (const std::filesystem::path& pack : packs(folder)) bytes += std::filesystem::file_size(pack);
    return bytes;
  }
  // How many points a dry run finds finished.
  [[nodiscard]] std::size_t finished(const std::string& folder) const {
    const std::string lines = sweep(folder, {"--dry-run"}).output;
    std::size_t count = 0;
    for (std::size_t at = lines.find(" finished"); at != std::string::npos;
         at = lines.find(" finished", at + 1))
      ++count;
    return count;
  }
  // Starts a sweep, and sends the signal once something is in a pack.
  [[nodiscard]] ProgramResult stopped_by(int signal, const std::string& folder) const {
    const std::size_t before = packed_bytes(folder);
    const pid_t running = start({"sweep", path("s.json"), "-o", path(folder), "--pack", "--threads", "2"});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (packed_bytes(folder) < before + 20'000 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ::kill(running, signal);
    return wait(running);
  }
};

TEST_F(PackedSweep, MergesToTheSameBytesAsFilesOfTheirOwn) {
  write_sweep("s.json", kGrid);
  ASSERT_EQ(sweep("files", {}).exit_code, 0);
  ASSERT_EQ(sweep("packed").exit_code, 0);
  EXPECT_FALSE(exists(path("packed/points")));
  EXPECT_EQ(packs("packed").size(), 1U);
  EXPECT_EQ(merged({"packed"}), merged({"files"}));
  EXPECT_EQ(sweep("packed").exit_code, 0);
  EXPECT_EQ(packs("packed").size(), 1U) << "a finished point is never run again";
}

TEST_F(PackedSweep, GoesOnAfterKillAndInterruptAndInShards) {
  write_sweep("s.json", kGrid, R"(, "replications": 4)");
  ASSERT_EQ(sweep("files", {}).exit_code, 0);
  const std::string whole = merged({"files"});
  EXPECT_EQ(stopped_by(SIGKILL, "a").exit_code, 128 + SIGKILL);
  const std::size_t after_kill = finished("a");
  EXPECT_GE(after_kill, 1U);
  ASSERT_LT(after_kill, kPoints);
  const ProgramResult interrupted = stopped_by(SIGINT, "a");
  EXPECT_EQ(interrupted.exit_code, 130) << interrupted.messages;
  EXPECT_GT(finished("a"), after_kill);
  ASSERT_LT(finished("a"), kPoints);
  ASSERT_EQ(sweep("a").exit_code, 0);
  EXPECT_EQ(merged({"a"}), whole);
  for (const char* const shard : {"1/3", "2/3", "3/3"})
    ASSERT_EQ(sweep(shard, {"--pack", "--shard", shard}).exit_code, 0);
  EXPECT_EQ(merged({"2/3", "3/3", "1/3"}), whole);
}

TEST_F(PackedSweep, RunsCutOffAndDamagedPointsAgain) {
  write_sweep("s.json", kGrid);
  ASSERT_EQ(sweep("a").exit_code, 0);
  const std::string whole = merged({"a"});
  const std::filesystem::path pack = packs("a").front();
  std::string text = read(pack);
  text[1000] ^= 1;  // in the first point
  write(std::filesystem::relative(pack, path("")).string(), text.substr(0, text.size() - 100));
  const ProgramResult gaps = daris({"merge", path("a"), "-o", path("gaps.json")});
  EXPECT_EQ(gaps.exit_code, 0);
  EXPECT_THAT(gaps.messages, HasSubstr("2 of 24 planned points are not finished"));
  EXPECT_EQ(Json::parse(read(path("gaps.json")))["points"].size(), kPoints - 2);
  EXPECT_THAT(sweep("a").messages, HasSubstr("24 of 24 points are finished"));
  EXPECT_EQ(packs("a").size(), 2U);
  EXPECT_EQ(merged({"a"}), whole);
}

TEST_F(PackedSweep, GoesOnInAFolderOfSingleFiles) {
  write_sweep("s.json", kGrid);
  ASSERT_EQ(sweep("all").exit_code, 0);
  ASSERT_EQ(sweep("a", {"--shard", "1/2"}).exit_code, 0);
  ASSERT_EQ(sweep("a").exit_code, 0);
  EXPECT_EQ(finished("a"), kPoints);
  EXPECT_EQ(merged({"a"}), merged({"all"}));
}

TEST_F(PackedSweep, KeepsWhatIsFinishedOnAFullDisk) {
  write_sweep("s.json", kGrid);
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  struct rlimit small = old;
  small.rlim_cur = 60'000;
  std::signal(SIGXFSZ, SIG_IGN);  // inherited: the write fails instead
  setrlimit(RLIMIT_FSIZE, &small);
  const ProgramResult full = sweep("a", {"--pack", "--threads", "1"});
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(full.exit_code, 3);
  EXPECT_THAT(full.messages, HasSubstr(".pack: can't be written"));
  EXPECT_THAT(full.messages, HasSubstr("daris-point-"));
  const std::size_t kept = finished("a");
  EXPECT_GE(kept, 1U);
  EXPECT_LT(kept, kPoints);
  EXPECT_EQ(sweep("a").exit_code, 0);
  EXPECT_EQ(finished("a"), kPoints);
}

TEST_F(PackedSweep, ComparesAsAnyOther) {
  write_sweep("s.json", kGrid);
  ASSERT_EQ(sweep("files", {}).exit_code, 0);
  ASSERT_EQ(sweep("packed").exit_code, 0);
  const ProgramResult compared = daris({"compare", path("files"), path("packed"), "-o", path("c.json")});
  EXPECT_EQ(compared.exit_code, 0) << compared.messages;
}

TEST_F(PackedSweep, AMergeIsNoneOfItsPacks) {
  write_sweep("s.json", kGrid);
  ASSERT_EQ(sweep("a").exit_code, 0);
  const ProgramResult result = daris({"merge", path("a"), "-o", packs("a").front().string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.messages, HasSubstr("is one of the files of sweep"));
}

}  // namespace
}  // namespace daris
