// The committed table of ablations says what the committed report shows. Verdicts are computed again.
#include <filesystem>

#include <gtest/gtest.h>

#include "analysis/report/ablation.h"
#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/json/write.h"

namespace daris {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(DARIS_ABLATIONS_FOLDER);

TEST(CommittedAblations, AreWhatTheCommittedReportGives) {
  const Result<Json> report = read_report(kFolder / "report.json");
  ASSERT_TRUE(report.ok()) << report.error().message;
  const Result<std::vector<AblationRow>> rows = make_ablations(report.value());
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  const Result<std::string> text = read_text_file(kFolder / "ablations.json");
  ASSERT_TRUE(text.ok()) << text.error().message;
  const Result<Json> committed = parse_json(text.value(), "ablations.json");
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  const Status valid =
      validate_document(Json::parse(schema_text("daris.ablations")), committed.value(), "ablations.json");
  ASSERT_TRUE(valid.ok()) << valid.error().message;
  ASSERT_EQ(committed.value()["rows"].size(), rows.value().size());
  for (std::size_t i = 0; i < rows.value().size(); ++i) {
    const Json& row = committed.value()["rows"][i];
    const AblationRow& again = rows.value()[i];
    EXPECT_EQ(row["verdict"], to_text(again.verdict))
        << again.scenario << ", " << again.switch_key << " = " << again.to;
  }
  EXPECT_EQ(write_json(ablations_to_json(rows.value(), report.value())), text.value());
}

}  // namespace
}  // namespace daris
