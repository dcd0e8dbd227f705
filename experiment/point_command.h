// The command that runs a point of a report again.
#pragma once

#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// "daris sim --task-set resnet18-paper --load 1.5 ...", or "daris run ..." if `live`. It says what differs
// from the defaults of the options and of the policy's switches, so that it gives a point of the same
// configuration. Words are quoted for a shell. Files are named as the configuration names them. REQUIRES:
// `config` is that of a point (docs/formats.md, "Configuration"); keys that this program does not know are
// left out.
[[nodiscard]] std::string point_command(const Json& config, bool live);

}  // namespace daris
