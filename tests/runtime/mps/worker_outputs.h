// For tests: the outputs of jobs that worker processes ran, brought back through files.
#pragma once

#include <ATen/ATen.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "policy/ids.h"
#include "runtime/mps/gpu_engine.h"
#include "runtime/mps/mps_program.h"
#include "tests/runtime/gpu/gpu_outputs.h"

namespace daris::testing {

// Names a folder for the outputs; workers inherit it.
inline constexpr const char* kOutputsVariable = "DARIS_TEST_OUTPUTS";

struct OutputRecord {
  std::uint32_t task = 0;
  std::uint32_t ordinal = 0;
  std::uint64_t values = 0;  // floats that follow
};

// Works as a worker of a test program: as run_mps_worker(), and it writes the outputs of its jobs if it was
// given a folder.
[[noreturn]] inline void run_worker_of_a_test() {
  const char* const folder = std::getenv(kOutputsVariable);
  if (folder == nullptr) run_mps_worker();
  static GpuEngine engine;
  static std::ofstream file(std::string(folder) + "/" + std::to_string(::getpid()), std::ios::binary);
  engine.output = [](JobId job, const at::Tensor& output) {
    const at::Tensor floats = output.to(at::kFloat).contiguous();
    const OutputRecord record{job.task.value(), job.ordinal, static_cast<std::uint64_t>(floats.numel())};
    file.write(reinterpret_cast<const char*>(&record), sizeof record);
    file.write(static_cast<const char*>(floats.const_data_ptr()),
               static_cast<std::streamsize>(floats.nbytes()));
    file.flush();
  };
  run_mps_worker(engine);
}

// All that workers wrote into the folder.
inline Outputs read_worker_outputs(const std::filesystem::path& folder) {
  Outputs outputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    for (OutputRecord record; file.read(reinterpret_cast<char*>(&record), sizeof record);) {
      const at::Tensor values = at::empty({static_cast<std::int64_t>(record.values)}, at::kFloat);
      file.read(static_cast<char*>(values.mutable_data_ptr()), static_cast<std::streamsize>(values.nbytes()));
      outputs.emplace(JobId{record.ordinal, TaskId(record.task)}, values);
    }
  }
  return outputs;
}

}  // namespace daris::testing
