// The backend mps, with workers that only pretend to have a GPU.
#include "tests/conformance/backend_world.h"
#include "tests/runtime/mps/fake_gpu.h"

namespace daris::testing {
namespace {

LiveBackend& mps() {
  static FakeGpu gpu;
  return gpu.backend;
}

}  // namespace

std::vector<NamedWorld> worlds() { return {backend_world("mps", mps)}; }

}  // namespace daris::testing
