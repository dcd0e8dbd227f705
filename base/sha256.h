// SHA-256 (FIPS 180-4) makes the ids of points and names a profile by its contents. It is not for secrets.
#pragma once

#include <string>
#include <string_view>

namespace daris {

// The digest of `bytes` as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace daris
