// The name of the JSON type, for headers that need no more: nlohmann/json.hpp takes seconds to compile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace daris {

using Json = nlohmann::ordered_json;

}  // namespace daris
