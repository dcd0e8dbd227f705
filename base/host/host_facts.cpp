#include "base/host/host_facts.h"

#include <array>
#include <ctime>
#include <fstream>
#include <string_view>

namespace daris {
namespace {

// The value in the first line that begins with `key`: the text after `separator`, without blanks around it
// and without quotes.
std::optional<std::string> value_in(const char* file, std::string_view key, char separator) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t begin = line.find_first_not_of(" \t\"", line.find(separator) + 1);
    const std::size_t end = line.find_last_not_of(" \t\"");
    if (begin != std::string::npos && end >= begin) return line.substr(begin, end - begin + 1);
  }
  return std::nullopt;
}

}  // namespace

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text.data(), length);
}

std::optional<std::string> system_release() { return value_in("/etc/os-release", "PRETTY_NAME", '='); }
std::optional<std::string> cpu_model() { return value_in("/proc/cpuinfo", "model name", ':'); }

}  // namespace daris
