// Packs are valid wherever they are cut off, and damage costs the damaged points alone.
#include "experiment/sweep/point_pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "experiment/sweep/id_set.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using testing::contents;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

class PointPack : public ::testing::Test {
 protected:
  // Three points of different lengths.
  void write_three() {
    PackWriter writer(folder_ / "packs", "a");
    for (std::uint64_t id = 1; id <= 3; ++id) ASSERT_TRUE(writer.add(id, report_of(id)).ok());
    ASSERT_TRUE(writer.finish().ok());
  }
  static std::string report_of(std::uint64_t id) {
    return "{\"id\": \"" + id_text(id) + "\"," + std::string(10 * id, ' ') + "\"x\": 1}\n";
  }
  // The ids of the whole points, each of which must be as it was written.
  static std::vector<std::uint64_t> ids_in(const std::filesystem::path& pack) {
    std::vector<std::uint64_t> ids;
    const Status status = read_pack(pack, [&](const PackedPoint& point, std::string_view report) {
      EXPECT_EQ(report, report_of(point.id));
      EXPECT_EQ(read_packed(pack, point).value(), report);
      EXPECT_EQ(read_packed_begin(pack, point, 7).value(), report.substr(0, 7));
      ids.push_back(point.id);
      return true;
    });
    EXPECT_TRUE(status.ok());
    return ids;
  }

  const TemporaryFolder folder_;
  const std::filesystem::path pack_ = folder_ / "packs/a.pack";
};

TEST_F(PointPack, GivesBackWhatWasWritten) {
  write_three();
  EXPECT_THAT(ids_in(pack_), ElementsAre(1, 2, 3));
}

TEST_F(PointPack, IsValidWhereverItIsCutOff) {
  write_three();
  const std::string whole = contents(pack_);
  const std::size_t line = whole.find('\n') + 1;
  const std::size_t first = line + report_of(1).size();
  const std::size_t second = first + line + report_of(2).size();
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    testing::write(pack_, whole.substr(0, bytes));
    const std::size_t points = bytes == whole.size() ? 3 : bytes >= second ? 2 : bytes >= first ? 1 : 0;
    EXPECT_EQ(ids_in(pack_).size(), points) << bytes;
  }
}

TEST_F(PointPack, LeavesOutADamagedPointAlone) {
  write_three();
  std::string text = contents(pack_);
  text[text.find(report_of(2)) + 25] = '#';
  testing::write(pack_, text);
  EXPECT_THAT(ids_in(pack_), ElementsAre(1, 3));
  text.replace(text.find("\"bytes\""), 7, "\"bytez\"");
  testing::write(pack_, text);
  EXPECT_THAT(ids_in(pack_), IsEmpty()) << "where the next line is, nobody knows";
}

TEST_F(PointPack, APointThatChangedIsNamed) {
  write_three();
  const PackedPoint point = [&] {
    PackedPoint first;
    EXPECT_TRUE(read_pack(pack_, [&](const PackedPoint& one, std::string_view) {
                  first = one;
                  return false;
                }).ok());
    return first;
  }();
  std::string text = contents(pack_);
  text[point.offset + 3] = '#';
  testing::write(pack_, text);
  EXPECT_THAT(read_packed(pack_, point).error().message,
              HasSubstr("a.pack: point 0000000000000001 was changed while it was read"));
}

TEST_F(PointPack, TwoWritersOfOneNameHaveFilesOfTheirOwn) {
  write_three();
  write_three();
  EXPECT_THAT(ids_in(pack_), ElementsAre(1, 2, 3));
  EXPECT_THAT(ids_in(folder_ / "packs/a-2.pack"), ElementsAre(1, 2, 3));
}

TEST_F(PointPack, TakesPointsFromSeveralThreads) {
  {
    PackWriter writer(folder_ / "packs", "a");
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&writer, t] {
        for (std::uint64_t id = t; id < 400; id += 4) EXPECT_TRUE(writer.add(id, report_of(id)).ok());
      });
    }
  }
  EXPECT_EQ(ids_in(pack_).size(), 400U);
}

TEST_F(PointPack, AFullDiskLeavesThePointsBefore) {
  write_three();
  const auto bytes = std::filesystem::file_size(pack_);
  std::filesystem::remove(pack_);
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  struct rlimit small = old;
  small.rlim_cur = bytes + 100;  // ends in the fourth point
  std::signal(SIGXFSZ, SIG_IGN);
  {
    PackWriter writer(folder_ / "packs", "a");
    for (std::uint64_t id = 1; id <= 3; ++id) ASSERT_TRUE(writer.add(id, report_of(id)).ok());
    setrlimit(RLIMIT_FSIZE, &small);
    const Status full = writer.add(4, report_of(4));
    setrlimit(RLIMIT_FSIZE, &old);
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.error().kind, ErrorKind::kEnvironment);
    EXPECT_EQ(std::filesystem::file_size(pack_), bytes);
    EXPECT_TRUE(writer.add(5, report_of(5)).ok()) << "once there is room again";
  }
  EXPECT_THAT(ids_in(pack_), ElementsAre(1, 2, 3, 5));
}

}  // namespace
}  // namespace daris
