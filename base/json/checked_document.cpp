#include "base/json/checked_document.h"

#include <cstdio>
#include <string>

#include "base/check.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {

void check_document(std::string_view schema_name, const Json& document) {
  check_document(Json::parse(schema_text(schema_name)), document, schema_name);
}

void check_document(const Json& schema, const Json& document, std::string_view name) {
  const Status status = validate_document(schema, document, std::string(name));
  if (!status.ok()) std::fputs(("daris: " + status.error().message + "\n").c_str(), stderr);
  DARIS_CHECK(status.ok());
}

}  // namespace daris
