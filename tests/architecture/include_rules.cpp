#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <span>

#include "tests/architecture/rooms.h"

namespace daris::architecture {
namespace {

constexpr int kLinesMax = 500;

using RoomNames = std::span<const std::string_view>;

// A library, the beginnings of its headers, and the folders in which it may be included.
struct LibraryRule {
  std::string_view library;
  RoomNames headers;
  RoomNames places;
};

constexpr std::string_view kCudaHeaders[] = {"cuda",   "cupti", "nvperf",       "nvml",       "nvrtc",
                                             "cublas", "cudnn", "driver_types", "ATen/cuda/", "c10/cuda/"};
constexpr std::string_view kCudaPlaces[] = {"runtime/", "gpu/", "profiles/profiler/"};
constexpr std::string_view kTorchHeaders[] = {"torch/", "ATen/", "c10/"};
constexpr std::string_view kTorchPlaces[] = {"workloads/models/", "runtime/", "gpu/", "profiles/profiler/"};
constexpr std::string_view kEigenHeaders[] = {"Eigen/"};
constexpr std::string_view kEigenPlaces[] = {"sim/fit/"};
constexpr std::string_view kSchemaHeaders[] = {"valijson/"};
constexpr std::string_view kSchemaPlaces[] = {"base/json/"};
constexpr std::string_view kFormatHeaders[] = {"fmt/"};
constexpr std::string_view kFormatPlaces[] = {"workloads/", "profiles/", "gpu/",        "drive/", "sim/",
                                              "runtime/",   "analysis/", "experiment/", "cli/"};
constexpr std::string_view kJsonHeaders[] = {"nlohmann/"};
constexpr std::string_view kJsonPlaces[] = {"base/json/"};
constexpr std::array kLibraryRules = {
    LibraryRule{"CUDA and CUPTI", kCudaHeaders, kCudaPlaces},
    LibraryRule{"LibTorch", kTorchHeaders, kTorchPlaces},
    LibraryRule{"Eigen", kEigenHeaders, kEigenPlaces},
    LibraryRule{"valijson", kSchemaHeaders, kSchemaPlaces},
    LibraryRule{"fmt", kFormatHeaders, kFormatPlaces},
    LibraryRule{"nlohmann", kJsonHeaders, kJsonPlaces},
};

// The core decides from events alone. It has no clock, thread, input, output, randomness, and no order by
// hash.
constexpr std::string_view kNotInPolicy[] = {
    "atomic",        "chrono",  "condition_variable", "ctime",  "filesystem",
    "fstream",       "future",  "iostream",           "mutex",  "ostream",
    "random",        "sstream", "stop_token",         "thread", "unordered_map",
    "unordered_set",
};

bool starts_with_any(std::string_view text, RoomNames beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](auto beginning) { return text.starts_with(beginning); });
}

bool contains(RoomNames names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view first_folder(std::string_view path) { return path.substr(0, path.find('/')); }

// Tests mirror the folders. A library that a folder may include is allowed in its tests too.
std::string_view without_tests(std::string_view path) {
  constexpr std::string_view kTests = "tests/";
  return path.starts_with(kTests) ? path.substr(kTests.size()) : path;
}

std::string place(std::string_view path, int line) {
  return std::string(path) + ":" + std::to_string(line) + ": ";
}

void check_room(std::string_view path, const Include& include, std::vector<std::string>& broken) {
  const Room* const room = room_of(path);
  const Room* const other = room_of(include.header);
  if (room == nullptr || room == other) return;
  if (other != nullptr && contains(room->may_include, other->folder)) return;
  broken.push_back(place(path, include.line) + std::string(room->folder) + "/ may not include \"" +
                   include.header + "\"");
}

void check_library(std::string_view path, const Include& include, std::vector<std::string>& broken) {
  for (const LibraryRule& rule : kLibraryRules) {
    if (!starts_with_any(include.header, rule.headers) || starts_with_any(without_tests(path), rule.places))
      continue;
    broken.push_back(place(path, include.line) + std::string(rule.library) + " may not be included here: <" +
                     include.header + ">");
  }
}

bool is_standard(std::string_view header) { return header.find_first_of("./") == std::string_view::npos; }

void check_pure(std::string_view path, const Include& include, std::vector<std::string>& broken) {
  const std::string_view folder = path.substr(0, path.rfind('/'));
  if (folder != "policy" && folder != "base") return;
  if (!is_standard(include.header)) {
    broken.push_back(place(path, include.line) + std::string(folder) +
                     "/ uses the standard library only, not <" + include.header + ">");
  } else if (folder == "policy" && contains(kNotInPolicy, include.header)) {
    broken.push_back(place(path, include.line) + "policy/ is pure and may not include <" + include.header +
                     ">");
  }
}

// A run goes on undisturbed if the wall clock is set.
void check_clock(std::string_view path, std::string_view text, std::vector<std::string>& broken) {
  if (first_folder(path) != "runtime") return;
  for (const std::string_view clock : {"system_clock", "CLOCK_REALTIME", "gettimeofday"}) {
    if (text.find(clock) == std::string_view::npos) continue;
    broken.push_back(std::string(path) + ": " + std::string(clock) +
                     " may be stepped; a run follows a monotonic clock");
  }
}

void check_length(std::string_view path, std::string_view text, std::vector<std::string>& broken) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines <= kLinesMax) return;
  broken.push_back(std::string(path) + ": " + std::to_string(lines) + " lines; a file is one idea, and " +
                   std::to_string(kLinesMax) + " lines are the end");
}

}  // namespace

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> found;
  for (int line = 1; !text.empty(); ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), row.size() + 1));
    constexpr std::string_view kDirective = "include";
    std::size_t at = row.find_first_not_of(" \t");
    if (at == std::string_view::npos || row[at] != '#') continue;
    at = row.find_first_not_of(" \t", at + 1);
    if (at == std::string_view::npos || row.compare(at, kDirective.size(), kDirective) != 0) continue;
    const std::size_t open = row.find_first_of("\"<", at);
    if (open == std::string_view::npos) continue;
    const bool of_project = row[open] == '"';
    const std::size_t close = row.find(of_project ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    found.push_back({std::string(row.substr(open + 1, close - open - 1)), of_project, line});
  }
  return found;
}

std::vector<std::string> broken_rules(std::string_view path, std::string_view text) {
  std::vector<std::string> broken;
  for (const Include& include : includes_of(text)) {
    if (include.of_project) {
      check_room(path, include, broken);
    } else {
      check_library(path, include, broken);
      check_pure(path, include, broken);
    }
  }
  check_clock(path, text, broken);
  check_length(path, text, broken);
  return broken;
}

std::vector<std::string> circle_of(const std::map<std::string, std::vector<std::string>>& included) {
  std::set<std::string> done;
  std::vector<std::string> path;
  const std::function<bool(const std::string&)> closes = [&](const std::string& file) {
    const auto begin = std::find(path.begin(), path.end(), file);
    if (begin != path.end()) {
      path.erase(path.begin(), begin);
      path.push_back(file);
      return true;
    }
    path.push_back(file);
    const auto found = included.find(file);
    if (found != included.end() && !done.contains(file) &&
        std::any_of(found->second.begin(), found->second.end(), closes))
      return true;
    done.insert(file);
    path.pop_back();
    return false;
  };
  for (const auto& [file, headers] : included) {
    if (closes(file)) return path;
  }
  return {};
}

}  // namespace daris::architecture
