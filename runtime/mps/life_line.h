// How one process sees that a thread of another has died, by reading memory that they share.
#pragma once

#include <pthread.h>

namespace daris {

// A process that held much of a GPU takes 100 ms and more to end, and only then can its parent wait for it.
// But the kernel lets go of a dying thread's robust locks first of all. Lies in shared memory.
class LifeLine {
 public:
  LifeLine();
  LifeLine(const LifeLine&) = delete;
  LifeLine& operator=(const LifeLine&) = delete;

  // From here on the calling thread holds it, until it dies.
  void hold();

  // Whether the thread that held it has died. Does not call the system, nor wait. Threads: one.
  [[nodiscard]] bool broken();

 private:
  pthread_mutex_t held_;
  bool broken_ = false;
};

}  // namespace daris
