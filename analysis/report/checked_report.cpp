#include "analysis/report/checked_report.h"

#include <fmt/format.h>

#include <string>

#include "base/check.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {

void check_report(const Json& report) {
  static const Json schema = Json::parse(schema_text("daris.report"));
  const Status status = validate_document(schema, report, "report");
  if (!status.ok()) fmt::print(stderr, "daris: {}\n", status.error().message);
  DARIS_CHECK(status.ok());
}

}  // namespace daris
