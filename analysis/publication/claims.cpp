#include "analysis/publication/claims.h"

#include <set>

#include "base/host/files.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/sha256.h"

namespace daris {
namespace {

// REQUIRES: `side` obeys the schema.
ClaimSide side_from(const Json& side) {
  ClaimSide result;
  result.figure = side.at("figure").get<std::string>();
  result.by = side.value("by", result.figure);
  const Json settings = side.value("of", Json::object());  // items() only points to it
  for (const auto& [key, value] : settings.items()) {
    std::vector<Json> allowed;
    if (value.is_array()) {
      allowed.assign(value.begin(), value.end());
    } else {
      allowed.push_back(value);
    }
    result.of.emplace_back(key, std::move(allowed));
  }
  return result;
}

Claim claim_from(const Json& object) {
  Claim claim;
  claim.name = object.at("name").get<std::string>();
  claim.text = object.at("text").get<std::string>();
  claim.what = side_from(object.at("what"));
  if (object.contains("against")) {
    claim.against = side_from(object.at("against"));
    claim.comparison = object.at("compare") == "ratio" ? Comparison::kRatio : Comparison::kDifference;
  }
  claim.at_least = object.contains("at_least");
  claim.limit = object.at(claim.at_least ? "at_least" : "at_most").get<double>();
  claim.observed = object.value("judge", "interval") == "observed";
  return claim;
}

}  // namespace

Result<Claims> parse_claims(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(const Json document, parse_json(text, origin));
  DARIS_TRY(validate_document(Json::parse(schema_text("daris.claims")), document, origin));
  Claims claims{document.at("source").get<std::string>(), sha256_hex(text), {}};
  std::set<std::string> names;
  for (const Json& object : document.at("claims")) {
    claims.claims.push_back(claim_from(object));
    const std::string& name = claims.claims.back().name;
    if (!names.insert(name).second) return Error{origin + ": claims: two are called \"" + name + "\""};
  }
  return claims;
}

Result<Claims> read_claims(const std::string& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_claims(text, file);
}

}  // namespace daris
