#include "base/host/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace daris {

void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                    const std::function<bool()>& stopped) {
  std::atomic<std::size_t> next{0};
  const auto take_all = [&] {
    for (std::size_t i = next++; i < count && !stopped(); i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(take_all);
  take_all();
}

std::size_t all_cores() { return std::max<std::size_t>(std::thread::hardware_concurrency(), 1); }

}  // namespace daris
