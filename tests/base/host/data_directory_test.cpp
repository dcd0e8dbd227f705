#include "base/host/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class DataDirectory : public ::testing::Test {
 public:
  ~DataDirectory() override { unsetenv("DARIS_DATA_DIR"); }

 protected:
  DataDirectory() {
    std::filesystem::create_directories(folder_ / "things");
    for (const char* name : {"two.json", "one.json", "notes.txt"})
      testing::write(folder_ / "things" / name, "{}");
    use(folder_ / "");
  }
  static void use(const std::filesystem::path& folder) { setenv("DARIS_DATA_DIR", folder.c_str(), 1); }

  TemporaryFolder folder_;
};

TEST_F(DataDirectory, ListsDocumentsByName) {
  EXPECT_THAT(list_data("things").value(), ElementsAre("one", "two"));
  EXPECT_TRUE(list_data("nothing").value().empty());
}

TEST_F(DataDirectory, FindsNamesAndTakesFilesAsTheyAre) {
  EXPECT_EQ(find_data("things", "thing", "one").value(), folder_ / "things/one.json");
  EXPECT_EQ(find_data("things", "thing", "./one").value(), "./one");
  EXPECT_EQ(find_data("things", "thing", "one.json").value(), "one.json");
}

TEST_F(DataDirectory, NamesTheNearestForAnUnknownName) {
  EXPECT_EQ(find_data("things", "thing", "ome").error().message,
            "unknown thing \"ome\": did you mean \"one\"? Bundled are one, two; a file's name ends in .json");
  EXPECT_THAT(find_data("nothing", "thing", "x").error().message, HasSubstr("none are bundled"));
}

TEST_F(DataDirectory, RefusesASettingThatIsNoFolder) {
  use(folder_ / "missing");
  EXPECT_THAT(list_data("things").error().message,
              HasSubstr("DARIS_DATA_DIR: \"" + (folder_ / "missing").string() + "\" is no folder"));
}

TEST_F(DataDirectory, FallsBackToTheSources) {
  unsetenv("DARIS_DATA_DIR");
  ASSERT_TRUE(data_directory().ok());
  EXPECT_TRUE(find_data("workloads/task_sets", "task set", "driving").ok());
}

}  // namespace
}  // namespace daris
