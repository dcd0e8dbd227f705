#include "analysis/report/checked_report.h"

#include <fmt/format.h>

#include <string>

#include "base/check.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {
namespace {

void check(const Json& schema, const Json& document, const std::string& name) {
  const Status status = validate_document(schema, document, name);
  if (!status.ok()) fmt::print(stderr, "daris: {}\n", status.error().message);
  DARIS_CHECK(status.ok());
}

}  // namespace

void check_report(const Json& report) {
  static const Json schema = Json::parse(schema_text("daris.report"));
  check(schema, report, "report");
}

void check_document(std::string_view schema, const Json& document) {
  check(Json::parse(schema_text(schema)), document, std::string(schema));
}

}  // namespace daris
