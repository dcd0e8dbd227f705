#include "analysis/report/checked_report.h"

#include "base/json/checked_document.h"
#include "base/json/json.h"
#include "base/json/schemas.h"

namespace daris {

void check_report(const Json& report) {
  static const Json schema = Json::parse(schema_text("daris.report"));
  check_document(schema, report, "report");
}

}  // namespace daris
