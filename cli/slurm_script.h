// The batch script that runs a sweep as an array of jobs under Slurm.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace daris {

struct SlurmArray {
  std::string name;                   // of the job; may be empty
  std::string program;                // the file of `daris`
  std::vector<std::string> words;     // behind "sweep", without --shard and --threads
  std::string working_folder;         // in which the words hold
  std::size_t jobs = 1;               // N: each job runs every N-th point
  std::vector<std::size_t> elements;  // the jobs that have points to run, ascending, from 1; not empty
  std::size_t threads = 1;            // of each job
};

// The script. It names each number; of the environment it reads the number of the array's element alone.
[[nodiscard]] std::string slurm_script(const SlurmArray& array);

}  // namespace daris
