// For tests: the backends of this process on the first GPU, made when first asked for.
#pragma once

#include "runtime/green/green_backend.h"
#include "runtime/streams/streams_backend.h"

namespace daris::testing {

inline LiveBackend& green() {
  static GreenBackend backend(0);
  return backend;
}

inline LiveBackend& streams() {
  static StreamsBackend backend(0);
  return backend;
}

}  // namespace daris::testing
