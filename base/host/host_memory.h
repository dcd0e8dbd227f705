// How much memory this process may still take.
#pragma once

#include <cstdint>
#include <optional>

namespace daris {

// The least of what the machine has available, what the control group leaves, and what the limit of address
// space leaves (ulimit -v). Nullopt if none of these is known.
[[nodiscard]] std::optional<std::uint64_t> free_memory_bytes();

// What a part of a run is going to take, said before it takes it. So parts side by side do not count the same
// free memory. Threads: any.
class MemoryClaim {
 public:
  explicit MemoryClaim(double bytes);
  ~MemoryClaim();
  MemoryClaim(const MemoryClaim&) = delete;
  MemoryClaim& operator=(const MemoryClaim&) = delete;

  // False if the memory that was free without any claim is less than this one and those before it want. One
  // without others fits beside them.
  [[nodiscard]] bool fits() const { return fits_; }

 private:
  double bytes_;
  bool fits_;
};

}  // namespace daris
