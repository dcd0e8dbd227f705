#include "runtime/mps/life_line.h"

#include <cerrno>

#include "base/check.h"

namespace daris {

LifeLine::LifeLine() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  DARIS_CHECK(pthread_mutex_init(&held_, &attributes) == 0);
  pthread_mutexattr_destroy(&attributes);
}

void LifeLine::hold() { DARIS_CHECK(pthread_mutex_lock(&held_) == 0); }

bool LifeLine::broken() {
  if (broken_) return true;
  const int status = pthread_mutex_trylock(&held_);
  broken_ = status == EOWNERDEAD;
  if (status == 0) pthread_mutex_unlock(&held_);  // nobody holds it yet
  return broken_;
}

}  // namespace daris
