#include "analysis/trace/blame_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "analysis/report/text_table.h"
#include "base/json/checked_document.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

// The counted misses of one level or of one group.
struct MissCount {
  std::uint64_t missed = 0;
  MissCauseCounts causes{};
  void add(MissCause cause) {
    ++missed;
    ++causes[static_cast<std::size_t>(cause)];
  }
};

struct GroupCount {
  std::string name;
  std::uint32_t level = 0;
  MissCount count;
};

struct RunCount {
  std::map<std::uint32_t, MissCount> levels;
  std::vector<GroupCount> groups;
};

RunCount count_misses(const BlamedRun& run) {
  const EventLogHeader& header = run.timeline.header;
  RunCount counted;
  std::vector<std::size_t> group_of;  // by task
  for (std::size_t task = 0; task < header.task_names.size(); ++task) {
    const std::string name = group_of_task(header.task_names[task]);
    const std::uint32_t level = header.setup.tasks[task].level;
    if (counted.groups.empty() || counted.groups.back().name != name)
      counted.groups.push_back({name, level, {}});
    group_of.push_back(counted.groups.size() - 1);
    counted.levels.try_emplace(level);
  }
  for (const MissBlame& blame : run.blames) {
    const TimelineJob& job = run.timeline.jobs[blame.job];
    if (!job.counted) continue;
    GroupCount& group = counted.groups[group_of[job.id.task.at()]];
    group.count.add(blame.cause);
    counted.levels[group.level].add(blame.cause);
  }
  return counted;
}

void append_counts(Json& to, const MissCount& count) {
  to["missed"] = count.missed;
  to["causes"] = Json::object();
  for (std::size_t cause = 0; cause < kMissCauses; ++cause)
    to["causes"][std::string(kMissCauseNames[cause])] = count.causes[cause];
}

Json miss_to_json(const RunTimeline& timeline, const MissBlame& blame) {
  const TimelineJob& job = timeline.jobs[blame.job];
  Json times = Json::object();
  for (std::size_t cause = 0; cause < kMissCauses; ++cause)
    times[std::string(kMissCauseNames[cause])] = blame.times[cause].ns();
  return {{"task", job.id.task.value()},
          {"ordinal", job.id.ordinal},
          {"nominal_release_ns", job.nominal_release.ns()},
          {"deadline_ns", job.deadline.ns()},
          {"counted", job.counted},
          {"cause", to_text(blame.cause)},
          {"times_ns", std::move(times)}};
}

Json run_to_json(const BlamedRun& run) {
  const RunCount counted = count_misses(run);
  Json json = {{"log", run.timeline.name},
               {"kind", run.timeline.header.kind},
               {"policy", run.timeline.header.policy},
               {"cut_off", run.timeline.cut_off},
               {"config", *run.timeline.header.config},
               {"levels", Json::array()},
               {"tasks", Json::array()},
               {"misses", Json::array()}};
  for (const auto& [level, count] : counted.levels) {
    Json entry = {{"priority", level}};
    append_counts(entry, count);
    json["levels"].push_back(std::move(entry));
  }
  for (const GroupCount& group : counted.groups) {
    Json entry = {{"name", group.name}, {"priority", group.level}};
    append_counts(entry, group.count);
    json["tasks"].push_back(std::move(entry));
  }
  for (const MissBlame& blame : run.blames) json["misses"].push_back(miss_to_json(run.timeline, blame));
  return json;
}

std::string words_of(std::string_view cause) {
  std::string words(cause);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

void append_row(std::vector<TextRow>& rows, const std::string& log, const std::string& who,
                const MissCount& count) {
  if (count.missed == 0) return;
  TextRow row{log, who, std::to_string(count.missed)};
  for (const std::uint64_t cause : count.causes) row.push_back(std::to_string(cause));
  rows.push_back(std::move(row));
}

}  // namespace

Json blame_to_json(std::span<const BlamedRun> runs, const std::string& command) {
  Json document = {{"schema", "daris.blame"},
                   {"version", 1},
                   {"provenance", provenance_of(command)},
                   {"runs", Json::array()}};
  for (const BlamedRun& run : runs) document["runs"].push_back(run_to_json(run));
  check_document("daris.blame", document);
  return document;
}

std::string blame_table(std::span<const BlamedRun> runs, std::size_t width_max) {
  TextRow heading{"log", "of", "missed"};
  for (const std::string_view cause : kMissCauseNames) heading.push_back(words_of(cause));
  std::vector<TextRow> rows{heading};
  for (const BlamedRun& run : runs) {
    const RunCount counted = count_misses(run);
    const std::string log = printable(run.timeline.name);
    for (const auto& [level, count] : counted.levels)
      append_row(rows, log, fmt::format("level {}", level), count);
    for (const GroupCount& group : counted.groups) append_row(rows, log, printable(group.name), group.count);
  }
  if (rows.size() == 1) return "No counted job missed its deadline.\n";
  shorten_column(rows, 0);
  return text_table(rows, {2, false, width_max});
}

}  // namespace daris
