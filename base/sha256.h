// SHA-256 (FIPS 180-4) makes the ids of points and names a profile by its contents. It is not for secrets.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace daris {

// The digest of bytes that come in pieces.
class Sha256 {
 public:
  void add(std::string_view bytes);
  // As sha256_hex() gives it. REQUIRES: it is the last call.
  [[nodiscard]] std::string hex();

 private:
  // First 32 bits of the fractional parts of the square roots of the first 8 primes.
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::string rest_;  // less than a block
  std::uint64_t bytes_ = 0;
};

// The digest of `bytes` as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace daris
