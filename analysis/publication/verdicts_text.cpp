#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "analysis/publication/verdicts.h"
#include "analysis/report/text_table.h"
#include "base/json/checked_document.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

std::string_view to_text(ClaimVerdict verdict) {
  if (verdict == ClaimVerdict::kUndecided) return "undecided";
  return verdict == ClaimVerdict::kHolds ? "holds" : "fails";
}

// Differences of rates are rates too.
bool is_share(const Claim& claim) {
  return claim.comparison != Comparison::kRatio && claim.what.figure.ends_with("_rate");
}

std::string number(const Claim& claim, double value) {
  return is_share(claim) ? fmt::format("{:.2f}%", 100 * value) : fmt::format("{:#.4g}", value);
}

std::string limit_text(const Claim& claim) {
  const std::string limit =
      is_share(claim) ? fmt::format("{:g}%", 100 * claim.limit) : fmt::format("{:g}", claim.limit);
  return (claim.at_least ? ">= " : "<= ") + limit;
}

std::string interval_text(const ClaimResult& result) {
  if (!result.interval_95) return "-";
  return fmt::format("[{}, {}]", number(*result.claim, result.interval_95->low),
                     number(*result.claim, result.interval_95->high));
}

// "published", "simulated", "measured".
std::string kind_of(const std::string& world) { return world.substr(0, world.find_first_of(": ")); }

// What each world is called in a table: its kind, unless two worlds are of one kind.
std::map<std::string, std::string> short_worlds(const std::vector<ClaimResult>& results) {
  std::map<std::string, std::set<std::string>> of_kind;
  for (const ClaimResult& result : results) of_kind[kind_of(result.world)].insert(result.world);
  std::map<std::string, std::string> names;
  for (const auto& [kind, worlds] : of_kind)
    for (const std::string& world : worlds) names[world] = printable(worlds.size() == 1 ? kind : world);
  return names;
}

}  // namespace

Json verdicts_to_json(const Claims& claims, const std::vector<ClaimResult>& results,
                      const std::string& command) {
  Json verdicts = Json::array();
  for (const ClaimResult& result : results) {
    Json interval;
    if (result.interval_95) interval = {rounded(result.interval_95->low), rounded(result.interval_95->high)};
    Json ids = Json::array();
    for (const std::string& id : result.ids)
      if (!id.empty()) ids.push_back(id);
    verdicts.push_back({{"claim", result.claim->name},
                        {"text", result.claim->text},
                        {"world", result.world},
                        {"verdict", std::string(to_text(result.verdict))},
                        {"value", result.value ? Json(rounded(*result.value)) : Json()},
                        {"interval_95", std::move(interval)},
                        {"limit", limit_text(*result.claim)},
                        {"why", result.why},
                        {"points", std::move(ids)}});
  }
  Json provenance = provenance_of(command);
  provenance["claims_sha256"] = claims.sha256;
  Json document = {{"schema", "daris.verdicts"},
                   {"version", 1},
                   {"provenance", std::move(provenance)},
                   {"source", claims.source},
                   {"verdicts", std::move(verdicts)}};
  check_document("daris.verdicts", document);
  return document;
}

std::string verdicts_text(const std::vector<ClaimResult>& results, std::size_t width_max) {
  std::vector<TextRow> rows{{"claim", "world", "verdict", "limit", "found", "95% interval"}};
  std::string reasons;
  const std::map<std::string, std::string> worlds = short_worlds(results);
  for (const ClaimResult& result : results) {
    const Claim& claim = *result.claim;
    rows.push_back({printable(claim.name), worlds.at(result.world), std::string(to_text(result.verdict)),
                    limit_text(claim), result.value ? number(claim, *result.value) : "-",
                    interval_text(result)});
    reasons += fmt::format("{} {}, {}: {}\n", printable(claim.name), to_text(result.verdict),
                           worlds.at(result.world), printable(result.why));
  }
  return text_table(rows, {3, false, width_max}) + "\n" + wrapped(reasons, width_max);
}

PrintedTable verdicts_table(const Claims& claims, const std::vector<ClaimResult>& results) {
  PrintedTable table;
  table.notes = {"claimed by " + claims.source};
  const std::map<std::string, std::string> worlds = short_worlds(results);
  for (const auto& [world, unused] : worlds) table.notes.push_back(printable(world));
  table.columns = {{"", "claim", "", 40},
                   {"", "world", ""},
                   {"", "verdict", ""},
                   {"", "limit", ""},
                   {"", "found", ""},
                   {"", "95% interval", ""},
                   {"", "what was compared", "", 47}};
  table.text_columns = table.columns.size();
  for (const ClaimResult& result : results) {
    const Claim& claim = *result.claim;
    std::vector<TableCell>& row = table.rows.emplace_back();
    for (const std::string& text :
         {claim.text, worlds.at(result.world), std::string(to_text(result.verdict)), limit_text(claim),
          result.value ? number(claim, *result.value) : std::string("-"), interval_text(result), result.why})
      row.push_back({CellKind::kText, text, {}, 0});
  }
  return table;
}

}  // namespace daris
