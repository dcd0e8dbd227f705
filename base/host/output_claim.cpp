#include "base/host/output_claim.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "base/host/output.h"
#include "base/host/output_place.h"

namespace daris {
namespace {

// Where an output goes: a file that is there, or the whole name of one that is not there yet.
struct Place {
  std::optional<struct stat> found;
  std::filesystem::path name;

  [[nodiscard]] bool operator==(const Place& other) const {
    if (found && other.found)
      return found->st_dev == other.found->st_dev && found->st_ino == other.found->st_ino;
    return !found && !other.found && name == other.name;
  }
};

struct Claim {
  std::string flag;
  std::string file;
  Place place;
};

struct Claims {
  std::mutex mutex;
  std::vector<Claim> all;
};

Claims& claims() {
  static Claims made;
  return made;
}

Place place_of_descriptor(int descriptor) {
  struct stat found {};
  return ::fstat(descriptor, &found) == 0 ? Place{found, {}} : Place{};
}

std::filesystem::path whole_name(const std::filesystem::path& file) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(file, failed);
  const std::filesystem::path whole = failed ? file : std::filesystem::weakly_canonical(absolute, failed);
  return failed ? file : whole;
}

// Nullopt if the name leads nowhere: check_output() says why.
std::optional<Place> place_of(const std::string& file) {
  if (is_standard_output(file)) return place_of_descriptor(STDOUT_FILENO);
  const Result<OutputPlace> place = find_output_place(file);
  if (!place.ok()) return std::nullopt;
  if (place.value().descriptor) return place_of_descriptor(*place.value().descriptor);
  return Place{place.value().old, whole_name(place.value().file)};
}

bool keeps_nothing(const Place& place) { return place.found && S_ISCHR(place.found->st_mode); }

}  // namespace

Status claim_output(const std::string& flag, const std::string& file) {
  const std::optional<Place> place = place_of(file);
  if (!place || keeps_nothing(*place)) return {};
  const std::lock_guard lock(claims().mutex);
  std::vector<Claim>& all = claims().all;
  const auto other =
      std::find_if(all.begin(), all.end(), [&](const Claim& claim) { return claim.place == *place; });
  if (other != all.end()) {
    return Error{other->flag + " and " + flag + ": both are " +
                 (is_standard_output(file) ? "standard output" : file) + "; they need two files"};
  }
  all.push_back({flag, file, *place});
  return {};
}

Status check_input(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  const Place place{found, {}};
  const std::lock_guard lock(claims().mutex);
  for (const Claim& claim : claims().all) {
    if (!(claim.place == place)) continue;
    return Error{file.string() + ": is read by this run, and would be written over by " + claim.flag +
                 "; give " + claim.flag + " another file"};
  }
  return {};
}

}  // namespace daris
