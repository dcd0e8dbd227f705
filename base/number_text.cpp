#include "base/number_text.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace daris {

std::string number_text(double value) {
  std::array<char, 32> text;
  const std::to_chars_result end = std::to_chars(text.data(), text.data() + text.size(), value);
  DARIS_CHECK(end.ec == std::errc());
  return std::string(text.data(), end.ptr);
}

std::string grouped_digits(std::uint64_t number) {
  constexpr std::size_t kGroup = 3;
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > kGroup; end -= kGroup) text.insert(end - kGroup, ",");
  return text;
}

std::string counted(std::uint64_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace daris
