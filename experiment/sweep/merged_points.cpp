#include "experiment/sweep/merged_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "analysis/report/report.h"
#include "base/check.h"
#include "base/host/files.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {
namespace {

// How write_report() writes what stands before and behind the only point of a report.
constexpr std::string_view kBeforePoint = "\n  \"points\": [\n    ";
constexpr std::string_view kBehindPoint = "\n  ]\n}\n";
constexpr std::size_t kReportHeadBytes = 4096;  // which the head of a report fits in
constexpr std::string_view kWithoutPoints = "\n  \"points\": []\n}\n";

std::string first_reason(const Json& not_run) {
  return not_run.empty() ? "" : ", and one could not be run: " + not_run[0]["reason"].get<std::string>();
}

std::string_view before_points(std::string_view report) {
  return report.substr(0, report.find(kBeforePoint));
}

// REQUIRES: `report` is what write_report() made of one point.
std::string_view only_point(std::string_view report) {
  const std::size_t begin = report.find(kBeforePoint) + kBeforePoint.size();
  DARIS_CHECK(begin < report.size() && report.ends_with(kBehindPoint));
  return report.substr(begin, report.size() - kBehindPoint.size() - begin);
}

}  // namespace

Result<MergedPoints> MergedPoints::of(const std::vector<std::filesystem::path>& folders) {
  MergedPoints merged;
  merged.folders_ = folders;
  DARIS_TRY(merged.index_packs());
  DARIS_TRY(merged.plan());
  DARIS_TRY(merged.merge_heads());
  return merged;
}

Status MergedPoints::index_packs() {
  for (std::uint32_t i = 0; i < folders_.size(); ++i) {
    sources_.push_back({i, ""});
    has_own_files_.push_back(SweepFolder(folders_[i]).has_single_files());
  }
  for (std::uint32_t i = 0; i < folders_.size(); ++i) {
    for (const std::filesystem::path& pack : SweepFolder(folders_[i]).packs()) {
      const auto source = static_cast<std::uint32_t>(sources_.size());
      sources_.push_back({i, pack});
      DARIS_TRY(read_pack(pack, [&](const PackedPoint& point, std::string_view report) {
        if (is_report_of(report, id_text(point.id)))
          places_.push_back({point.id, point.offset, point.bytes, source});
        return true;
      }));
    }
  }
  // Sources ascend by their folders, so that the first folder's comes first.
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return std::tie(a.id, a.source, a.offset) < std::tie(b.id, b.source, b.offset);
  });
  packed_ = places_.size();
  return {};
}

bool MergedPoints::find(std::uint64_t id) {
  const auto end = places_.begin() + static_cast<std::ptrdiff_t>(packed_);
  const auto packed = std::lower_bound(
      places_.begin(), end, id, [](const Place& place, std::uint64_t wanted) { return place.id < wanted; });
  const bool is_packed = packed != end && packed->id == id;
  const std::size_t before = is_packed ? sources_[packed->source].folder + 1 : folders_.size();
  for (std::uint32_t i = 0; i < before; ++i) {
    if (!has_own_files_[i] || !SweepFolder(folders_[i]).has_point(id_text(id))) continue;
    order_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.push_back({id, 0, 0, i});
    return true;
  }
  if (is_packed) order_.push_back(static_cast<std::uint32_t>(packed - places_.begin()));
  return is_packed;
}

Status MergedPoints::plan() {
  const std::vector<SweepFolder> folders(folders_.begin(), folders_.end());
  IdSet seen;
  Json not_run = Json::array();
  for (const SweepFolder& folder : folders) {
    DARIS_TRY_ASSIGN(const SweepPlan plan, folder.read_plan());
    for (const std::uint64_t id : plan.ids) {
      if (!seen.insert(id) || find(id)) continue;
      missing_.push_back(id);
      for (const SweepFolder& other : folders) {
        const std::optional<std::string> reason = other.failure_of(id_text(id));
        if (!reason) continue;
        not_run.push_back({{"id", id_text(id)}, {"reason", *reason}});
        break;
      }
    }
  }
  if (order_.empty()) {
    return Error{folders_.front().string() + ": no point is finished yet" + first_reason(not_run) +
                 "; run daris sweep first"};
  }
  if (!not_run.empty()) head_["not_run"] = std::move(not_run);
  return {};
}

std::filesystem::path MergedPoints::file_of(const Place& place) const {
  const Source& source = sources_[place.source];
  return source.pack.empty() ? SweepFolder(folders_[source.folder]).point_file(id_text(place.id))
                             : source.pack;
}

Result<Json> MergedPoints::own_file(const Place& place) const {
  const std::filesystem::path file = file_of(place);
  const std::string id = id_text(place.id);
  DARIS_TRY_ASSIGN(Json report, read_report(file));
  const Json& points = report.at("points");
  if (points.size() == 1 && points[0].at("id") == id) return report;
  return Error{fmt::format("{}: holds {} instead of point {}", file.string(),
                           points.size() == 1 ? "point " + points[0].at("id").get<std::string>()
                                              : fmt::format("{} points", points.size()),
                           id)};
}

Status MergedPoints::merge_heads() {
  std::string last;  // of packs; equal ones need not be parsed
  Json merged;
  for (const std::uint32_t index : order_) {
    const Place& place = places_[index];
    Json head;
    if (has_own_file(place)) {
      Result<Json> report = own_file(place);
      if (!report.ok()) return report.error().with("; without this file daris sweep runs the point again");
      head = std::move(report).value();
    } else {
      DARIS_TRY_ASSIGN(const std::string text,
                       read_packed_begin(file_of(place), place.packed(), kReportHeadBytes));
      std::string begin(before_points(text));
      if (begin == last) continue;
      head = Json::parse(begin + std::string(kWithoutPoints));
      last = std::move(begin);
    }
    if (merged.is_null()) merged = head_of_merge(head);
    DARIS_TRY(merge_head(merged, head, file_of(place).string(), file_of(places_[order_[0]]).string()));
  }
  if (head_.contains("not_run")) merged["not_run"] = std::move(head_["not_run"]);
  head_ = std::move(merged);
  return {};
}

// merge_heads() has checked the file. It may have any layout.
Result<std::string> MergedPoints::text_of_own_file(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  Json report = Json::parse(text, nullptr, false);
  if (!report.is_object() || !report.contains("points") || report["points"].size() != 1)
    return Error{file.string() + ": was changed while it was read"};
  Json alone = {{"alone", true}, {"points", Json::array()}};
  alone["points"].push_back(std::move(report["points"][0]));
  return write_report(alone);
}

Status MergedPoints::for_each(const TakePoint& take) const {
  for (const std::uint32_t index : order_) {
    const Place& place = places_[index];
    DARIS_TRY_ASSIGN(const std::string text, has_own_file(place)
                                                 ? text_of_own_file(file_of(place))
                                                 : read_packed(file_of(place), place.packed()));
    const std::string_view point = only_point(text);
    if (!take(point, Json::parse(point))) return {};
  }
  return {};
}

}  // namespace daris
