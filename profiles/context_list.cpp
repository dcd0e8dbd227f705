#include "profiles/context_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace daris {
namespace {

constexpr std::uint32_t kContextsMax = 1024;

std::string place_of(const ContextList& list, std::size_t row) {
  return fmt::format("{}: contexts[{}]", list.name, row);
}

// A row has the fields of its backend and no others.
Status check_fields(const ContextRow& row, Backend backend) {
  const bool windows = backend == Backend::kGreen;
  const bool shares = backend == Backend::kMps;
  if (!windows && (row.first_group || row.groups))
    return Error{
        fmt::format(".groups: backend {} has no groups of SMs; leave \"first_group\" and \"groups\" out",
                    to_text(backend))};
  if (!shares && row.percentage)
    return Error{
        fmt::format(".percentage: backend {} takes none; leave \"percentage\" out", to_text(backend))};
  if (windows && (!row.first_group || !row.groups))
    return Error{": it has no SMs; backend green needs \"first_group\" and \"groups\""};
  if (shares && !row.percentage) return Error{": it has no SMs; backend mps needs \"percentage\""};
  if (row.urgent && !windows && !shares)
    return Error{fmt::format(".urgent: backend {} orders by level; leave \"urgent\" out", to_text(backend))};
  return {};
}

Status check_window(const ContextRow& row, const MachineShape& machine) {
  if (*row.groups < 1 || *row.groups > machine.groups)
    return Error{fmt::format(".groups: {} is out of range; 1 to {}, the groups of {} SMs that there are",
                             *row.groups, machine.groups, machine.group_sms)};
  if (*row.first_group < machine.groups) return {};
  return Error{
      fmt::format(".first_group: {} is out of range; 0 to {}", *row.first_group, machine.groups - 1)};
}

ContextGrant grant_of(const ContextRow& row, const MachineShape& machine, Backend backend) {
  ContextGrant grant;
  grant.granted_sms = machine.sms;
  if (backend == Backend::kGreen) {
    grant.first_group = *row.first_group;
    grant.groups = *row.groups;
    if (grant.groups < machine.groups) grant.granted_sms = grant.groups * machine.group_sms;
  } else if (backend == Backend::kMps) {
    grant.mps_percentage = *row.percentage;
    grant.granted_sms = mps_granted_sms(machine, *row.percentage);
  }
  grant.requested_sms = grant.granted_sms;
  return grant;
}

bool windows_meet(const ContextGrant& a, const ContextGrant& b, const MachineShape& machine) {
  const auto has = [&](const ContextGrant& grant, std::uint32_t group) {
    return (group + machine.groups - grant.first_group) % machine.groups < grant.groups;
  };
  for (std::uint32_t group = 0; group < machine.groups; ++group) {
    if (has(a, group) && has(b, group)) return true;
  }
  return false;
}

// MPS does not say which SMs a client has. They are taken to be others' as long as all fit side by side.
bool meet(const ContextGrant& a, const ContextGrant& b, const MachineShape& machine, Backend backend,
          std::uint32_t granted_of_all) {
  if (backend == Backend::kGreen) return windows_meet(a, b, machine);
  return backend != Backend::kMps || granted_of_all > machine.sms;
}

std::uint32_t sum_of(const std::vector<ContextGrant>& grants) {
  std::uint32_t sms = 0;
  for (const ContextGrant& grant : grants) sms += grant.granted_sms;
  return sms;
}

// The first row that shares SMs with `row`'s first context; contexts of one row do so on purpose.
Status check_alone(const MachineShape& machine, Backend backend, const ContextList& list,
                   const std::vector<ContextGrant>& grants) {
  const std::vector<std::size_t> row_of = list.row_of_context();
  for (std::size_t a = 0; a < grants.size(); ++a) {
    for (std::size_t b = 0; list.rows[row_of[a]].alone && b < grants.size(); ++b) {
      if (row_of[a] == row_of[b] || !meet(grants[a], grants[b], machine, backend, sum_of(grants))) continue;
      return Error{
          fmt::format("{}.alone: it shares SMs with contexts[{}]; give them others, or leave \"alone\" out",
                      place_of(list, row_of[a]), row_of[b])};
    }
  }
  return {};
}

}  // namespace

std::vector<std::size_t> ContextList::row_of_context() const {
  std::vector<std::size_t> row_of;
  for (std::size_t row = 0; row < rows.size(); ++row) row_of.insert(row_of.end(), rows[row].streams, row);
  return row_of;
}

std::uint32_t ContextList::contexts() const {
  std::uint32_t contexts = 0;
  for (const ContextRow& row : rows) contexts += row.streams;
  return contexts;
}

std::vector<std::vector<std::uint32_t>> ContextList::context_levels(
    const std::vector<std::uint32_t>& all) const {
  std::vector<std::vector<std::uint32_t>> levels;
  if (std::all_of(rows.begin(), rows.end(), [](const ContextRow& row) { return row.levels.empty(); }))
    return levels;
  for (const std::size_t row : row_of_context())
    levels.push_back(rows[row].levels.empty() ? all : rows[row].levels);
  return levels;
}

Result<std::vector<ContextGrant>> make_listed_partition(const MachineShape& machine, Backend backend,
                                                        const ContextList& list) {
  const std::uint32_t contexts_max = backend == Backend::kMps ? kMpsClientsMax : kContextsMax;
  if (list.contexts() > contexts_max)
    return Error{fmt::format("{}: contexts: {} streams are too many; at most {} on backend {}", list.name,
                             list.contexts(), contexts_max, to_text(backend))};
  std::vector<ContextGrant> grants;
  for (std::size_t row = 0; row < list.rows.size(); ++row) {
    Status status = check_fields(list.rows[row], backend);
    if (status.ok() && backend == Backend::kGreen) status = check_window(list.rows[row], machine);
    if (!status.ok()) return Error{place_of(list, row) + status.error().message};
    grants.insert(grants.end(), list.rows[row].streams, grant_of(list.rows[row], machine, backend));
  }
  DARIS_TRY(check_alone(machine, backend, list, grants));
  return grants;
}

Status check_levels(const ContextList& list, const std::vector<std::uint32_t>& levels) {
  for (const std::uint32_t level : levels) {
    const auto permits = [&](const ContextRow& row) {
      return row.levels.empty() || std::find(row.levels.begin(), row.levels.end(), level) != row.levels.end();
    };
    if (std::none_of(list.rows.begin(), list.rows.end(), permits))
      return Error{fmt::format("{}: contexts: level {} of the task set has none; add it to the levels of one",
                               list.name, level)};
  }
  return {};
}

Status check_isolated(const MachineShape& machine, Backend backend, const ContextList& list,
                      const std::vector<ContextGrant>& grants) {
  const std::vector<std::size_t> row_of = list.row_of_context();
  for (std::size_t a = 0; a < grants.size(); ++a) {
    for (std::size_t b = a + 1; b < grants.size(); ++b) {
      if (!meet(grants[a], grants[b], machine, backend, sum_of(grants))) continue;
      return Error{
          fmt::format("{}: it shares SMs with contexts[{}], and the policy needs contexts that share none",
                      place_of(list, row_of[a]), row_of[b])};
    }
  }
  return {};
}

}  // namespace daris
