// The backend cpu.
#include "runtime/cpu/cpu_backend.h"
#include "tests/conformance/backend_world.h"

namespace daris::testing {
namespace {

LiveBackend& cpu() {
  static CpuBackend backend;
  return backend;
}

}  // namespace

std::vector<NamedWorld> worlds() { return {backend_world("cpu", cpu)}; }

}  // namespace daris::testing
