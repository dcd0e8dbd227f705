// Work on several threads: each of the indices 0..count-1 is taken once, and they start in ascending order.
#pragma once

#include <cstddef>
#include <functional>

namespace daris {

// Calls `work(i)` for every i below `count` on `threads` threads; the caller's is one of them. Ends when all
// are done, or when `stopped()` is true before the next one is taken. Two calls of `work` with different
// indices may run at once; any of the threads calls `stopped`. If the system has fewer threads, fewer do the
// work. Throws what `work` or `stopped` throws, the first of it, once all threads have ended. REQUIRES:
// threads >= 1.
void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                    const std::function<bool()>& stopped);

// The number of threads that the machine runs at once, at least 1.
[[nodiscard]] std::size_t all_cores();

}  // namespace daris
