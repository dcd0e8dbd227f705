// Tells which version of the program this is.
#pragma once

#include <string>

namespace daris {

[[nodiscard]] std::string program_name();  // "daris 0.1.0"
// The commit of the sources, with "-dirty" if they were changed. Empty if it is not known.
[[nodiscard]] std::string program_commit();

}  // namespace daris
