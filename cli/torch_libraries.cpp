#include "cli/torch_libraries.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/host/child_process.h"
#include "base/host/spawn.h"

namespace daris {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kPathVariable[] = "LD_LIBRARY_PATH";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void append_folder(const std::filesystem::path& path, std::vector<std::string>& folders) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) folders.push_back(path.string());
}

// nvidia/*/lib of the wheels that lie beside LibTorch's.
void append_wheels(const std::filesystem::path& packages, std::vector<std::string>& folders) {
  std::error_code failed;
  std::vector<std::filesystem::path> found;
  std::filesystem::directory_iterator wheels(packages / "nvidia", failed);
  for (; !failed && wheels != std::filesystem::directory_iterator(); wheels.increment(failed))
    found.push_back(wheels->path() / "lib");
  std::sort(found.begin(), found.end());
  for (const std::filesystem::path& folder : found) append_folder(folder, folders);
}

// Returns what the loader prints instead of running a program, if LD_TRACE_LOADED_OBJECTS is set.
std::string loader_trace(const std::string& program) {
  Result<ChildProcess> loader =
      ChildProcess::start({{program}, {{"LD_TRACE_LOADED_OBJECTS", "1"}}, {}, false, true});
  std::string trace;
  if (!loader.ok()) return trace;
  const auto patience = Clock::now() + std::chrono::seconds(10);
  while (Clock::now() < patience && loader.value().receive(trace, std::chrono::seconds(1)).ok()) {
  }
  return trace;
}

}  // namespace

std::vector<std::string> torch_library_folders() {
  std::vector<std::string> folders;
  if (const std::filesystem::path torch = variable("DARIS_TORCH_DIR"); !torch.empty()) {
    append_folder(torch / "lib", folders);
    append_wheels((torch / "lib").parent_path().parent_path(), folders);
  }
  if (const std::filesystem::path cuda = variable("DARIS_CUDA_DIR"); !cuda.empty()) {
    for (const char* folder : {"lib64", "lib", "extras/CUPTI/lib64"}) append_folder(cuda / folder, folders);
  }
  return folders;
}

void use_torch_libraries() {
  std::string path;
  for (const std::string& folder : torch_library_folders()) path += folder + ":";
  if (path.empty()) return;
  path += variable(kPathVariable);
  if (path.back() == ':') path.pop_back();  // an empty entry would mean the current folder
  ::setenv(kPathVariable, path.c_str(), 1);
}

Status find_libraries(const std::string& program) {
  std::istringstream trace(loader_trace(program));
  std::string missing;
  for (std::string line; std::getline(trace, line);) {
    const std::size_t arrow = line.find(" => not found");
    const std::size_t name = line.find_first_not_of(" \t");
    if (arrow == std::string::npos || name >= arrow) continue;
    missing += (missing.empty() ? "" : ", ") + line.substr(name, arrow - name);
  }
  if (missing.empty()) return {};
  const std::string torch = variable("DARIS_TORCH_DIR");
  const std::string now = torch.empty() ? "" : ", which is \"" + torch + "\" now";
  return environment_error(program + ": these libraries are not found: " + missing +
                           "; set DARIS_TORCH_DIR to LibTorch's folder (the one with lib/)" + now +
                           ", and DARIS_CUDA_DIR to the CUDA toolkit if CUDA's runtime is missing");
}

// Only a trial shows how much the libraries take.
Status check_address_space(const std::string& program) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  if (::access(program.c_str(), X_OK) != 0) return {};  // there is none to load
  SpawnRequest request;
  request.words = {program, "--help"};
  const Result<pid_t> child = spawn(request);
  int status = 0;
  if (!child.ok() || ::waitpid(child.value(), &status, 0) < 0) return {};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return environment_error(program + ": can't be loaded within " +
                           std::to_string(limit.rlim_cur / (std::uint64_t{1} << 20)) +
                           " MiB of address space; a higher limit is needed (ulimit -v unlimited)");
}

}  // namespace daris
