#include "sim/geometry.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/check.h"

namespace daris {
namespace {

bool covers(const ContextGrant& grant, std::uint32_t group, std::uint32_t groups) {
  return (group + groups - grant.first_group % groups) % groups < grant.groups;
}

// A set of SMs: which contexts see it, and how many SMs it has.
struct Region {
  std::vector<bool> seen_by;
  std::uint32_t sms = 0;
};

void add_sms(std::vector<Region>& regions, const std::vector<bool>& seen_by, std::uint32_t sms) {
  if (sms == 0 || std::find(seen_by.begin(), seen_by.end(), true) == seen_by.end()) return;
  for (Region& region : regions) {
    if (region.seen_by == seen_by) {
      region.sms += sms;
      return;
    }
  }
  regions.push_back({seen_by, sms});
}

std::vector<Region> green_regions(const MachineShape& machine, std::span<const ContextGrant> grants) {
  std::vector<Region> regions;
  std::vector<bool> seen_by(grants.size());
  for (std::uint32_t group = 0; group < machine.groups; ++group) {
    for (std::size_t context = 0; context < grants.size(); ++context) {
      seen_by[context] = covers(grants[context], group, machine.groups);
    }
    add_sms(regions, seen_by, machine.group_sms);
  }
  // The SMs that the split leaves over belong to no group. Only a window of all groups has them.
  for (std::size_t context = 0; context < grants.size(); ++context) {
    seen_by[context] = grants[context].groups >= machine.groups;
  }
  add_sms(regions, seen_by, machine.sms - machine.groups * machine.group_sms);
  return regions;
}

// Rounds a context's shares to quanta that sum to 1 exactly. The largest share takes what rounding left.
void close_window(double* window, std::size_t regions) {
  for (std::size_t region = 0; region < regions; ++region)
    window[region] = to_quantum(window[region], kSpreadQuantum);
  const double sum = std::accumulate(window, window + regions, 0.0);
  *std::max_element(window, window + regions) += 1.0 - sum;
}

Geometry green_geometry(const MachineShape& machine, std::span<const ContextGrant> grants) {
  const std::vector<Region> regions = green_regions(machine, grants);
  Geometry geometry;
  geometry.regions = static_cast<std::uint32_t>(regions.size());
  geometry.spread.assign(grants.size() * regions.size(), 0.0);
  geometry.window = geometry.spread;
  for (std::size_t context = 0; context < grants.size(); ++context) {
    double* const window = &geometry.window[context * regions.size()];
    for (std::size_t region = 0; region < regions.size(); ++region) {
      if (!regions[region].seen_by[context]) continue;
      geometry.spread[context * regions.size() + region] = 1.0;
      window[region] = static_cast<double>(regions[region].sms) / grants[context].granted_sms;
    }
    close_window(window, regions.size());
  }
  return geometry;
}

// How much of `other`'s demand each SM of `one` sees, of `granted` SMs in all.
double mps_overlap(const MachineShape& machine, const ContextGrant& one, const ContextGrant& other,
                   double granted) {
  const double beyond = granted / machine.sms - 1;
  const double by_grants = beyond * other.granted_sms / (granted - one.granted_sms);
  const double at_least =
      (static_cast<double>(one.granted_sms) + other.granted_sms - machine.sms) / one.granted_sms;
  return std::clamp(std::max(by_grants, at_least), 0.0, 1.0);
}

bool all_alike(std::span<const ContextGrant> grants) {
  return std::all_of(grants.begin(), grants.end(), [&](const ContextGrant& grant) {
    return grant.granted_sms == grants.front().granted_sms;
  });
}

Geometry mps_geometry(const MachineShape& machine, std::span<const ContextGrant> grants) {
  const std::size_t contexts = grants.size();
  Geometry geometry;
  geometry.regions = static_cast<std::uint32_t>(contexts);
  geometry.spread.assign(contexts * contexts, 0.0);
  geometry.window = geometry.spread;
  double granted = 0;
  for (const ContextGrant& grant : grants) granted += grant.granted_sms;
  const double others = contexts == 1 ? 0 : (granted / machine.sms - 1) / static_cast<double>(contexts - 1);
  const bool alike = all_alike(grants);
  for (std::size_t context = 0; context < contexts; ++context) {
    for (std::size_t region = 0; region < contexts; ++region) {
      const double overlap = alike ? others : mps_overlap(machine, grants[region], grants[context], granted);
      geometry.spread[context * contexts + region] =
          region == context ? 1.0 : to_quantum(overlap, kSpreadQuantum);
    }
    geometry.window[context * contexts + context] = 1.0;
  }
  return geometry;
}

}  // namespace

double to_quantum(double value, double quantum) {
  if (value <= 0) return 0;
  const auto multiples = static_cast<std::int64_t>(value / quantum + 0.5);
  return static_cast<double>(std::max<std::int64_t>(multiples, 1)) * quantum;
}

Geometry make_geometry(const MachineShape& machine, Backend backend, std::span<const ContextGrant> grants) {
  DARIS_CHECK(!grants.empty() && backend != Backend::kCpu);
  if (backend == Backend::kGreen) return green_geometry(machine, grants);
  if (backend == Backend::kMps) return mps_geometry(machine, grants);
  return {1, std::vector<double>(grants.size(), 1.0), std::vector<double>(grants.size(), 1.0)};
}

}  // namespace daris
