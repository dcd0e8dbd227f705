#include "profiles/profile.h"

#include "profiles/backend_names.h"

namespace daris {

std::string_view to_text(Backend backend) { return name_in(kBackendNames, backend); }

}  // namespace daris
