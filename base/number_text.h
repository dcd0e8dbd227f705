// Numbers as text.
#pragma once

#include <string>

namespace daris {

// The shortest text that reads back as the same double: 0.1, 30, 1e-09. It depends on no locale. A number
// that is not finite is "inf", "-inf" or "nan", for messages.
[[nodiscard]] std::string number_text(double value);

}  // namespace daris
