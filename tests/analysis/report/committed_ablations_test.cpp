// The committed table of ablations says what the committed report shows. Verdicts are computed again. That of
// daris-batched has all of its switches.
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "analysis/report/ablation.h"
#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/json/write.h"
#include "policy/registry.h"

namespace daris {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(DARIS_ABLATIONS_FOLDER);

Json committed_ablations(const std::filesystem::path& file) {
  const Result<std::string> text = read_text_file(file);
  EXPECT_TRUE(text.ok()) << text.error().message;
  Result<Json> document = parse_json(text.value(), file.string());
  EXPECT_TRUE(document.ok()) << document.error().message;
  const Status valid =
      validate_document(Json::parse(schema_text("daris.ablations")), document.value(), file.string());
  EXPECT_TRUE(valid.ok()) << valid.error().message;
  return std::move(document).value();
}

TEST(CommittedAblations, AreWhatTheCommittedReportGives) {
  const Result<Json> report = read_report(kFolder / "report.json");
  ASSERT_TRUE(report.ok()) << report.error().message;
  const Result<std::vector<AblationRow>> rows = make_ablations(report.value());
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  const Json committed = committed_ablations(kFolder / "ablations.json");
  ASSERT_EQ(committed["rows"].size(), rows.value().size());
  for (std::size_t i = 0; i < rows.value().size(); ++i) {
    const Json& row = committed["rows"][i];
    const AblationRow& again = rows.value()[i];
    EXPECT_EQ(row["verdict"], to_text(again.verdict))
        << again.scenario << ", " << again.switch_key << " = " << again.to;
  }
  EXPECT_EQ(write_json(ablations_to_json(rows.value(), report.value())),
            read_text_file(kFolder / "ablations.json").value());
}

TEST(CommittedAblations, HaveARowForEachSwitchOfDarisBatched) {
  std::set<std::string> changed;
  const Json committed = committed_ablations(kFolder / "batched" / "ablations.json");
  for (const Json& row : committed["rows"]) changed.insert(row["switch"].get<std::string>());
  const std::span<const std::string_view> obeyed = find_policy("daris-batched")->switches;
  EXPECT_EQ(changed, std::set<std::string>(obeyed.begin(), obeyed.end()));
}

}  // namespace
}  // namespace daris
