#include "runtime/live_executor.h"

namespace daris {

void PolledEvents::clear() {
  finished.clear();
  failed.clear();
  lost.clear();
}

}  // namespace daris
