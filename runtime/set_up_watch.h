// Watches a long set-up of models and graphs from outside.
#pragma once

#include <cstddef>
#include <functional>

namespace daris {

struct SetUpWatch {
  // Asked between pieces of work, several times a second; true ends the set-up with kSetUpStopped.
  std::function<bool()> stopped = [] { return false; };
  // Told after each piece how many graphs are captured of those that are to be.
  std::function<void(std::size_t captured, std::size_t all)> captured = [](std::size_t, std::size_t) {};
};

inline constexpr const char* kSetUpStopped = "interrupted while models and graphs were set up";

}  // namespace daris
