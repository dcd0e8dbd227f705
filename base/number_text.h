// Numbers as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace daris {

// The shortest text that reads back as the same double: 0.1, 30, 1e-09. It depends on no locale. A number
// that is not finite is "inf", "-inf" or "nan", for messages.
[[nodiscard]] std::string number_text(double value);

// "12,544"
[[nodiscard]] std::string grouped_digits(std::uint64_t number);

// "1 job", "2 jobs"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

}  // namespace daris
