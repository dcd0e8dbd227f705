// Shapes of configurations as they are written, and of points as they ran.
#pragma once

#include <optional>
#include <string>

#include "base/json/json_fwd.h"
#include "experiment/run_config.h"
#include "profiles/shape.h"

namespace daris {

// `config` in that shape and with its backend, instead of what was to choose it.
[[nodiscard]] RunConfig with_shape(RunConfig config, const Shape& shape);

// The shape in which a report's point ran; nullopt if a file lists its contexts.
[[nodiscard]] std::optional<Shape> shape_of_point(const Json& point);

// "green 6 x 1 OS 1.5"; "listed" if there is no shape.
[[nodiscard]] std::string shape_text(const std::optional<Shape>& shape);

}  // namespace daris
