// Lets one process see that a thread of another has died, by reading memory that they share.
#pragma once

#include <pthread.h>

namespace daris {

// A process that held much of a GPU takes 100 ms and more to end, and only then can its parent wait for it.
// But the kernel lets go of a dying thread's robust locks first of all. A life line lies in shared memory.
class LifeLine {
 public:
  LifeLine();
  LifeLine(const LifeLine&) = delete;
  LifeLine& operator=(const LifeLine&) = delete;

  // From here on the calling thread holds the life line, until the thread dies.
  void hold();

  // True if the thread that held it has died. Neither calls the system nor waits. Threads: one.
  [[nodiscard]] bool broken();

 private:
  pthread_mutex_t held_;
  bool broken_ = false;
};

}  // namespace daris
