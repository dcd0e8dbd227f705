// The backend mps on a real GPU.
#include "runtime/mps/mps_program.h"
#include "tests/conformance/mps_world.h"

namespace daris::testing {

std::vector<NamedWorld> worlds() {
  return {{"mps_gpu", [] {
             static const std::unique_ptr<LiveBackend> backend = make_mps_backend(0, DARIS_RUN_PROGRAM).value();
             return std::make_unique<MpsWorld>(*backend);
           }}};
}

}  // namespace daris::testing
