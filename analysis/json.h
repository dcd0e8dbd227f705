// The JSON type of the documents that analysis/ reads and writes: keys keep the order in which they were put in.
#pragma once

#include <nlohmann/json.hpp>

namespace daris {

using Json = nlohmann::ordered_json;

}  // namespace daris
