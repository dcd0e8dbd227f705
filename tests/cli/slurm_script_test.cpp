#include "cli/slurm_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SlurmArray array_of(std::vector<std::size_t> elements) {
  SlurmArray array;
  array.name = "my sweep; rm -rf";
  array.program = "/opt/my daris/daris";
  array.words = {"sweep.json", "-o", "it's out"};
  array.working_folder = "/home/me";
  array.jobs = 8;
  array.elements = std::move(elements);
  array.threads = 2;
  return array;
}

TEST(SlurmScript, NamesEachNumber) {
  const std::string script = slurm_script(array_of({1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_TRUE(script.starts_with("#!/bin/bash\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --array=1-8\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --cpus-per-task=2\n"));
  EXPECT_THAT(script, HasSubstr("--shard \"$SLURM_ARRAY_TASK_ID/8\"\n"));
  EXPECT_THAT(script, HasSubstr("--threads 2"));
}

TEST(SlurmScript, RunsWhatIsLeft) {
  EXPECT_THAT(slurm_script(array_of({3})), HasSubstr("#SBATCH --array=3\n"));
  EXPECT_THAT(slurm_script(array_of({1, 2, 5, 7, 8})), HasSubstr("#SBATCH --array=1-2,5,7-8\n"));
}

TEST(SlurmScript, QuotesNames) {
  const std::string script = slurm_script(array_of({1}));
  EXPECT_THAT(script, HasSubstr("'/opt/my daris/daris' sweep sweep.json -o 'it'\\''s out'"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --job-name=daris-my_sweep__rm_-rf\n"));
}

TEST(SlurmScript, ReadsNothingElseOfTheEnvironment) {
  std::string script = slurm_script(array_of({1}));
  script.erase(script.find("$SLURM_ARRAY_TASK_ID"), 1);
  EXPECT_THAT(script, Not(HasSubstr("$")));
}

}  // namespace
}  // namespace daris
