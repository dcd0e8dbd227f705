// Loading schedulers of one's own, and refusing what can't be one.
#include "plugin/loader.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <thread>

#include "base/version.h"
#include "plugin/interface.h"
#include "policy/registry.h"
#include "tests/plugin/variant_files.h"

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::variant_file;

PolicySetup small_setup() {
  PolicySetup setup;
  setup.tasks.resize(1);
  setup.tasks[0].period = setup.tasks[0].relative_deadline = Duration::from_ns(100);
  setup.tasks[0].stage_estimates = {Duration::from_ns(10)};
  return setup;
}

// What load_policy() says, without the file.
std::string refusal(const std::string& file) {
  const Status loaded = load_policy(file);
  if (loaded.ok()) return "";
  EXPECT_EQ(loaded.error().kind, ErrorKind::kInput);
  const std::string& message = loaded.error().message;
  EXPECT_THAT(message, AllOf(StartsWith(file + ": "), Not(HasSubstr("\n"))));
  EXPECT_EQ(find_policy(file), nullptr);
  return message.substr(file.size() + 2);
}

TEST(PolicyFiles, AreKnownByASlashOrTheirEnding) {
  for (const char* const name : {"./mine.so", "mine.so", "/a/b", "a/b.dll", ".so"})
    EXPECT_TRUE(is_policy_file(name)) << name;
  for (const char* const name : {"daris", "mine", "mine.so.1", ""})
    EXPECT_FALSE(is_policy_file(name)) << name;
}

TEST(PolicyFiles, LoadedOnesAreKnownByTheirFile) {
  const std::string file = variant_file("fresh");
  EXPECT_EQ(find_policy(file), nullptr);
  EXPECT_EQ(policy_file_sha256(file), std::nullopt);
  ASSERT_TRUE(load_policy(file).ok());
  ASSERT_TRUE(load_policy(file).ok()) << "again";
  ASSERT_NE(find_policy(file), nullptr);
  EXPECT_EQ(find_policy(file)->name, file);
  EXPECT_EQ(find_policy(file)->summary, "what its name says");
  EXPECT_EQ(policy_file_sha256(file)->size(), 64U);
  const Result<std::unique_ptr<Policy>> made = make_policy(file, small_setup());
  ASSERT_TRUE(made.ok()) << made.error().message;
  const std::vector<Event> release{JobReleased{{0, TaskId(0)}, Time()}};
  EXPECT_EQ(made.value()->step(Time(), release).size(), 2U) << "it admits and launches";
  EXPECT_EQ(made.value()->failure(), nullptr);
}

TEST(PolicyFiles, ASetupIsCheckedAsForAnyPolicy) {
  const std::string file = variant_file("honest");
  ASSERT_TRUE(load_policy(file).ok());
  PolicySetup setup = small_setup();
  setup.contexts = 0;
  EXPECT_EQ(make_policy(file, setup).error().message, "contexts is 0; it must be at least 1");
  setup = small_setup();
  setup.context_levels = {{0}};
  EXPECT_THAT(make_policy(file, setup).error().message, HasSubstr("runs every level in every context"));
}

TEST(PolicyFiles, DocumentsNameAllSwitchesThatOneObeys) {
  const std::string file = variant_file("obeys-switches");
  ASSERT_TRUE(load_policy(file).ok());
  const PolicyInfo& info = *find_policy(file);
  const PolicySwitches defaults = default_switches(info);
  EXPECT_EQ(defaults.window, 9U);
  std::vector<std::string_view> named;
  for (const SwitchInfo& row : switch_table()) {
    if (is_named(row, info, defaults) && !row.always_named) named.push_back(row.key);
  }
  EXPECT_THAT(named, ::testing::ElementsAre("shed")) << "a policy of the table names it only if it is on";
  PolicySetup setup = small_setup();
  setup.switches.window = 0;
  EXPECT_THAT(make_policy(file, setup).error().message, HasSubstr("switch \"window\"")) << "it is checked";
}

TEST(PolicyFiles, AreUnknownUntilTheyAreLoaded) {
  const auto made = make_policy(variant_file("never-loaded"), small_setup());
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message, StartsWith("unknown policy"));
}

TEST(PolicyFiles, NamesOfTheTableAreNoFiles) {
  EXPECT_TRUE(load_policy("daris").ok());
  EXPECT_TRUE(load_policy("no-such-policy").ok()) << "others say that it is unknown";
}

TEST(PolicyFiles, RefusesWhatIsNoPolicy) {
  const testing::TemporaryFolder folder;
  EXPECT_THAT(refusal((folder / "none.so").string()), HasSubstr("No such file"));
  EXPECT_EQ(refusal("/dev/zero"), "is no regular file, and so no shared object");
  testing::write(folder / "text.so", "no shared object, though it is longer than the head of one is");
  EXPECT_THAT(refusal((folder / "text.so").string()), StartsWith("can't be loaded: "));
  Dl_info info{};
  ASSERT_NE(dladdr(reinterpret_cast<void*>(&std::getenv), &info), 0);
  EXPECT_EQ(refusal(std::filesystem::canonical(info.dli_fname).string()),
            "has no function daris_own_policy; DARIS_OWN_POLICY at its end makes it");
  EXPECT_THAT(refusal(DARIS_POLICY_UNRESOLVED),
              AllOf(StartsWith("can't be loaded: "), HasSubstr("daris_function_that_nobody_has")));
}

TEST(PolicyFiles, RefusesAnotherInterfaceCompilerOrLayout) {
  EXPECT_EQ(refusal(variant_file("other-interface")),
            "was built against interface 99 (daris 9.9.0), and this " + program_name() +
                " has interface 3; build it again");
  EXPECT_EQ(refusal(variant_file("other-compiler")), "was built by icc, and this " + program_name() + " by " +
                                                         kPluginCompiler + "; build it by " +
                                                         kPluginCompiler);
  EXPECT_THAT(refusal(variant_file("other-layout")),
              AllOf(StartsWith("was built against headers of daris "), EndsWith("; build it again")));
}

TEST(PolicyFiles, RefusesDescriptionsThatContradictThemselves) {
  EXPECT_EQ(refusal(variant_file("describes-nothing")), "daris_own_policy() returns nothing");
  EXPECT_THAT(refusal(variant_file("makes-nothing")), StartsWith("describes no policy"));
  EXPECT_THAT(refusal(variant_file("scripted")), StartsWith("describes no policy"));
  EXPECT_EQ(refusal(variant_file("single-jobs")), ".single_jobs and .sizes_batches need .batches");
  EXPECT_EQ(refusal(variant_file("unknown-switch")), ".switches: \"speed\" is no switch");
}

TEST(PolicyFiles, WhatCrashesAtLoadEndsACopyOfTheProgramAlone) {
  // A sanitizer takes the signal, and ends the copy by itself.
  EXPECT_THAT(refusal(variant_file("crashes-at-load")),
              ::testing::AnyOf("crashes (signal 11, Segmentation fault) while it is loaded",
                               "ends the program while it is loaded (exit status 1)",
                               "ends the program while it is loaded (exit status 66)"));
  EXPECT_EQ(refusal(variant_file("exits-at-load")), "ends the program while it is loaded (exit status 0)");
  EXPECT_EQ(refusal(variant_file("throws-at-load")), "crashes (signal 6, Aborted) while it is loaded");
  EXPECT_EQ(refusal(variant_file("crashes-when-asked")), "crashes (signal 6, Aborted) while it is loaded");
}

TEST(PolicyFiles, AConstructorThatThrowsMakesNoPolicy) {
  const std::string file = variant_file("throws-when-made");
  ASSERT_TRUE(load_policy(file).ok());
  EXPECT_EQ(make_policy(file, small_setup()).error().message, file + ": makes no policy: no such setup");
}

TEST(PolicyFiles, ManyThreadsMakeOneEach) {
  const std::string file = variant_file("of-many-threads");
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<Policy>> made(8);
  for (std::size_t i = 0; i < made.size(); ++i) {
    threads.emplace_back([&, i] {
      ASSERT_TRUE(load_policy(file).ok());
      made[i] = make_policy(file, small_setup()).value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::set<std::unique_ptr<Policy>> different(std::make_move_iterator(made.begin()),
                                                    std::make_move_iterator(made.end()));
  EXPECT_EQ(different.size(), made.size());
}

// If this fails, the interface has changed: raise kPluginInterface, and then put the new number here.
TEST(Interface, ItsLayoutBelongsToItsVersion) {
  EXPECT_EQ(kPluginInterface, 3U);
#if defined(__GLIBCXX__) && !defined(_GLIBCXX_DEBUG)
  EXPECT_EQ(layout_of_interface(), 8971976233159869539U);
#endif
}

}  // namespace
}  // namespace daris
