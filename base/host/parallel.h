// Work on several threads: the indices 0..count-1, each taken once, in ascending order of their start.
#pragma once

#include <cstddef>
#include <functional>

namespace daris {

// Calls `work(i)` for every i below `count` on `threads` threads, the caller's among them, until all are done
// or `stopped()` says so before the next is taken. What `work` does must be safe beside itself for another
// index; `stopped` is called by any of the threads. REQUIRES: threads >= 1; neither throws.
void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                    const std::function<bool()>& stopped);

// The number of threads that the machine runs at once, at least 1.
[[nodiscard]] std::size_t all_cores();

}  // namespace daris
