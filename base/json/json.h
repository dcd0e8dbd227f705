// The JSON type of all documents of the project: keys keep the order in which they were put in.
#pragma once

#include <nlohmann/json.hpp>

#include "base/json/json_fwd.h"
