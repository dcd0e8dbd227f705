#include "base/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace daris {
namespace {

using Block = std::array<std::uint32_t, 16>;
using State = std::array<std::uint32_t, 8>;

constexpr std::size_t kBlockBytes = 64;

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t schedule_word(const std::array<std::uint32_t, 64>& words, std::size_t i) {
  const std::uint32_t x = words[i - 15];
  const std::uint32_t y = words[i - 2];
  const std::uint32_t low = std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3);
  const std::uint32_t high = std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10);
  return words[i - 16] + low + words[i - 7] + high;
}

void round(State& s, std::uint32_t word_and_constant) {
  const std::uint32_t sum1 = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
  const std::uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
  const std::uint32_t first = s[7] + sum1 + choice + word_and_constant;
  const std::uint32_t sum0 = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
  const std::uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
  s = {first + sum0 + majority, s[0], s[1], s[2], s[3] + first, s[4], s[5], s[6]};
}

void compress(State& state, const Block& block) {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < 64; ++i) words[i] = i < block.size() ? block[i] : schedule_word(words, i);
  State working = state;
  for (std::size_t i = 0; i < 64; ++i) round(working, words[i] + kRoundConstants[i]);
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += working[i];
}

Block to_block(std::string_view bytes) {
  Block block{};
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    block[i / 4] = (block[i / 4] << 8) | static_cast<std::uint8_t>(bytes[i]);
  }
  return block;
}

// The rest of the message, a one bit, zeros, and the message's length in bits.
std::string padded_tail(std::string_view tail, std::uint64_t message_bytes) {
  std::string padded(tail);
  padded.push_back(static_cast<char>(0x80));
  while (padded.size() % kBlockBytes != kBlockBytes - 8) padded.push_back('\0');
  const std::uint64_t bits = message_bytes * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded.push_back(static_cast<char>((bits >> shift) & 0xff));
  return padded;
}

std::string to_hex(const State& state) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint32_t word : state) {
    for (int shift = 28; shift >= 0; shift -= 4) text.push_back(kDigits[(word >> shift) & 0xf]);
  }
  return text;
}

}  // namespace

void Sha256::add(std::string_view bytes) {
  bytes_ += bytes.size();
  if (!rest_.empty()) {
    const std::size_t taken = std::min(kBlockBytes - rest_.size(), bytes.size());
    rest_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (rest_.size() < kBlockBytes) return;
    compress(state_, to_block(rest_));
    rest_.clear();
  }
  for (; bytes.size() >= kBlockBytes; bytes.remove_prefix(kBlockBytes)) compress(state_, to_block(bytes));
  rest_.assign(bytes);
}

std::string Sha256::hex() {
  const std::string tail = padded_tail(rest_, bytes_);
  for (std::size_t i = 0; i < tail.size(); i += kBlockBytes) {
    compress(state_, to_block(std::string_view(tail).substr(i, kBlockBytes)));
  }
  return to_hex(state_);
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.hex();
}

}  // namespace daris
