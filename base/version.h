// Which program this is.
#pragma once

#include <string>

namespace daris {

[[nodiscard]] std::string program_name();  // "daris 0.1.0"
[[nodiscard]] std::string
program_commit();  // of the sources, "-dirty" where they were changed; empty where unknown

}  // namespace daris
