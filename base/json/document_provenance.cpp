#include "base/json/document_provenance.h"

#include "base/json/json.h"
#include "base/version.h"

namespace daris {

Json provenance_of(const std::string& command) {
  const std::string commit = program_commit();
  return {{"program", program_name()},
          {"commit", commit.empty() ? Json(nullptr) : Json(commit)},
          {"command", command}};
}

}  // namespace daris
