// The backend mps, over workers that only pretend to have a GPU.
#include "tests/conformance/mps_world.h"

#include "tests/runtime/mps/fake_gpu.h"

namespace daris::testing {

std::vector<NamedWorld> worlds() {
  return {{"mps", [] {
             static FakeGpu gpu;
             return std::make_unique<MpsWorld>(gpu.backend);
           }}};
}

}  // namespace daris::testing
