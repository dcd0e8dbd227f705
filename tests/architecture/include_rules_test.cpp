// The include rules of ARCHITECTURE.md hold in every source, and a planted line that breaks one is found.
#include "tests/architecture/include_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/architecture/rooms.h"
#include "tests/architecture/source_files.h"

namespace daris::architecture {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(IncludeRules, HoldInEverySourceFile) {
  const auto files = source_files();
  ASSERT_GT(files.size(), 50U) << "these are not the project's sources";
  for (const auto& file : files)
    EXPECT_THAT(broken_rules(file.generic_string(), read_source(file)), IsEmpty());
}

TEST(IncludeRules, RoomsStandInLayers) {
  for (std::size_t i = 0; i < rooms().size(); ++i) {
    for (const std::string_view name : rooms()[i].may_include) {
      const auto below = rooms().first(i);
      EXPECT_TRUE(
          std::any_of(below.begin(), below.end(), [&](const Room& room) { return room.folder == name; }))
          << rooms()[i].folder << " may include " << name << ", which does not stand below it";
    }
  }
}

TEST(IncludeRules, EverySourceLiesInARoom) {
  for (const auto& file : source_files()) {
    const std::string first = file.begin()->string();
    if (first == "tests" || first == "bench" || first == "scripts" || file.extension() == ".py") continue;
    EXPECT_NE(room_of(file.generic_string()), nullptr) << file;
  }
}

TEST(IncludeRules, FilesIncludeEachOtherInNoCircle) {
  std::map<std::string, std::vector<std::string>> included;
  for (const auto& file : source_files()) {
    for (const Include& include : includes_of(read_source(file))) {
      if (include.of_project) included[file.generic_string()].push_back(include.header);
    }
  }
  EXPECT_THAT(circle_of(included), IsEmpty());
}

TEST(CircleOf, FindsOne) {
  EXPECT_THAT(circle_of({{"a", {"b", "c"}}, {"b", {"c"}}}), IsEmpty());
  EXPECT_THAT(circle_of({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}}), ElementsAre("b", "c", "b"));
}

// A unit is a header with its source.
TEST(IncludeRules, NoFolderHoldsMoreThanFortyUnits) {
  std::map<std::string, std::set<std::string>> units;
  for (const auto& file : source_files()) {
    if (*file.begin() != "tests") units[file.parent_path().generic_string()].insert(file.stem().string());
  }
  for (const auto& [folder, stems] : units) EXPECT_LE(stems.size(), 40U) << folder;
}

TEST(IncludeRules, EveryIncludeOfTheProjectStartsAtItsRoot) {
  for (const auto& file : source_files()) {
    for (const Include& include : includes_of(read_source(file))) {
      if (!include.of_project) continue;
      EXPECT_TRUE(source_exists(include.header))
          << file.generic_string() << ":" << include.line << ": there is no \"" << include.header << "\"";
    }
  }
}

TEST(IncludeRules, EveryHeaderIsIncludedOnce) {
  for (const auto& file : source_files()) {
    if (file.extension() != ".h") continue;
    EXPECT_THAT(read_source(file), HasSubstr("#pragma once\n")) << file.generic_string();
  }
}

TEST(IncludesOf, FindsBothKindsAndTheirLines) {
  const auto found =
      includes_of("// text\n#include <vector>\n  #  include \"sim/geometry.h\"\n#define include\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].header, "vector");
  EXPECT_FALSE(found[0].of_project);
  EXPECT_EQ(found[0].line, 2);
  EXPECT_EQ(found[1].header, "sim/geometry.h");
  EXPECT_TRUE(found[1].of_project);
  EXPECT_EQ(found[1].line, 3);
}

TEST(IncludesOf, ReadsALastLineWithoutAnEnd) { EXPECT_EQ(includes_of("#include <vector>").size(), 1U); }

TEST(BrokenRules, ARoomIncludesOnlyWhatItsRowNames) {
  EXPECT_THAT(broken_rules("policy/a.h", "#include \"workloads/b.h\"\n"),
              ElementsAre("policy/a.h:1: policy/ may not include \"workloads/b.h\""));
  EXPECT_THAT(broken_rules("workloads/arrivals/a.h", "#include \"policy/b.h\"\n"), IsEmpty());
  EXPECT_THAT(broken_rules("analysis/logs/a.h", "#include \"sim/b.h\"\n"),
              ElementsAre(HasSubstr("logs/ may not")));
  EXPECT_THAT(broken_rules("cli/a.h", "#include \"sim/b.h\"\n#include \"runtime/b.h\"\n"), IsEmpty());
  EXPECT_THAT(broken_rules("tests/policy/a.cpp", "#include \"sim/b.h\"\n"), IsEmpty());
}

TEST(BrokenRules, ARoomIsNotItsSubRooms) {
  EXPECT_THAT(broken_rules("policy/a.h", "#include \"base/b.h\"\n"), IsEmpty());
  EXPECT_THAT(broken_rules("policy/a.h", "#include \"base/host/b.h\"\n"),
              ElementsAre(HasSubstr("policy/ may not")));
  EXPECT_THAT(broken_rules("base/a.h", "#include \"base/json/b.h\"\n"),
              ElementsAre(HasSubstr("base/ may not")));
  EXPECT_THAT(broken_rules("runtime/cpu/a.h", "#include \"runtime/gpu/b.h\"\n"),
              IsEmpty());  // no rooms of their own
  EXPECT_THAT(broken_rules("gpu/a.h", "#include \"profiles/profiler/b.h\"\n"),
              ElementsAre(HasSubstr("gpu/ may not")));
}

TEST(BrokenRules, ALinePlantedInAnyRoomIsFound) {
  for (const Room& room : rooms()) {
    const std::string file = std::string(room.folder) + "/a.h";
    for (const Room& other : rooms()) {
      const std::string text = "#include \"" + std::string(other.folder) + "/b.h\"\n";
      const auto& names = room.may_include;
      const bool allowed =
          other.folder == room.folder || std::find(names.begin(), names.end(), other.folder) != names.end();
      EXPECT_EQ(broken_rules(file, text).empty(), allowed) << file << " " << text;
    }
    const bool has_limits = room.may_include.size() + 1 < rooms().size();
    EXPECT_TRUE(has_limits || room.folder == "cli") << room.folder;
    EXPECT_THAT(broken_rules(file, "#include \"scripts/b.h\"\n"), SizeIs(1)) << file;
  }
}

TEST(BrokenRules, TheTwoWorldsDoNotKnowEachOther) {
  EXPECT_THAT(broken_rules("sim/a.cpp", "#include \"runtime/b.h\"\n"),
              ElementsAre(HasSubstr("sim/ may not")));
  EXPECT_THAT(broken_rules("runtime/a.cpp", "#include \"sim/b.h\"\n"),
              ElementsAre(HasSubstr("runtime/ may not")));
  EXPECT_THAT(broken_rules("experiment/simulated/a.cpp", "#include \"experiment/live/b.h\"\n"), SizeIs(1));
  EXPECT_THAT(broken_rules("experiment/live/a.cpp", "#include \"experiment/simulated/b.h\"\n"), SizeIs(1));
}

TEST(BrokenRules, TheRuntimeHasNoWallClock) {
  const std::string text = "const auto now = std::chrono::system_clock::now();\n";
  EXPECT_THAT(broken_rules("runtime/a.cpp", text), ElementsAre(HasSubstr("system_clock may be stepped")));
  EXPECT_THAT(broken_rules("profiles/profiler/a.cpp", text), IsEmpty());
  EXPECT_THAT(broken_rules("runtime/a.cpp", "std::chrono::steady_clock::now();\n"), IsEmpty());
}

TEST(BrokenRules, CudaStaysInTheRuntimeAndTheProfiler) {
  for (const char* header : {"cuda.h", "cuda_runtime_api.h", "cupti.h", "nvml.h", "c10/cuda/CUDAStream.h"}) {
    const std::string text = std::string("#include <") + header + ">\n";
    EXPECT_THAT(broken_rules("profiles/profiler/a.cpp", text), IsEmpty()) << header;
    EXPECT_THAT(broken_rules("runtime/a.cpp", text), IsEmpty()) << header;
    EXPECT_THAT(broken_rules("tests/runtime/a.cpp", text), IsEmpty()) << header;
    EXPECT_THAT(broken_rules("workloads/models/a.cpp", text), ElementsAre(HasSubstr("CUDA"))) << header;
  }
}

TEST(BrokenRules, TorchStaysWhereModelsAreBuiltAndRun) {
  const std::string text = "#include <ATen/ATen.h>\n";
  EXPECT_THAT(broken_rules("workloads/models/a.cpp", text), IsEmpty());
  EXPECT_THAT(broken_rules("tests/workloads/models/a.cpp", text), IsEmpty());
  EXPECT_THAT(broken_rules("workloads/a.cpp", text), ElementsAre(HasSubstr("LibTorch")));
  EXPECT_THAT(broken_rules("cli/a.cpp", "#include <torch/torch.h>\n"), ElementsAre(HasSubstr("LibTorch")));
}

TEST(BrokenRules, EigenStaysInTheFit) {
  EXPECT_THAT(broken_rules("sim/fit/solve.cpp", "#include <Eigen/Core>\n"), IsEmpty());
  EXPECT_THAT(broken_rules("sim/simulate.cpp", "#include <Eigen/Core>\n"), ElementsAre(HasSubstr("Eigen")));
}

TEST(BrokenRules, PolicyIsPure) {
  EXPECT_THAT(broken_rules("policy/a.h", "#include <vector>\n"), IsEmpty());
  EXPECT_THAT(broken_rules("policy/a.h", "#include <fmt/format.h>\n"),
              Contains(HasSubstr("standard library only")));
  EXPECT_THAT(broken_rules("policy/a.h", "#include <unistd.h>\n"),
              Contains(HasSubstr("standard library only")));
  for (const char* header : {"chrono", "thread", "random", "iostream", "unordered_map", "unordered_set"}) {
    EXPECT_THAT(broken_rules("policy/a.h", std::string("#include <") + header + ">\n"),
                ElementsAre(HasSubstr("pure")));
    EXPECT_THAT(broken_rules("sim/a.h", std::string("#include <") + header + ">\n"), IsEmpty());
  }
}

TEST(BrokenRules, AFileEndsAtFiveHundredLines) {
  EXPECT_THAT(broken_rules("sim/a.cpp", std::string(500, '\n')), IsEmpty());
  EXPECT_THAT(broken_rules("sim/a.cpp", std::string(501, '\n')), ElementsAre(HasSubstr("501 lines")));
}

}  // namespace
}  // namespace daris::architecture
