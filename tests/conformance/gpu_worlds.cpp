// The backends of a real GPU.
#include "runtime/mps/mps_program.h"
#include "tests/conformance/backend_world.h"
#include "tests/runtime/gpu/gpu_backends.h"

namespace daris::testing {
namespace {

LiveBackend& mps() {
  static const std::unique_ptr<LiveBackend> backend = make_mps_backend(0).value();
  return *backend;
}

}  // namespace

std::vector<NamedWorld> worlds() {
  return {backend_world("green", green), backend_world("streams", streams), backend_world("mps", mps)};
}

}  // namespace daris::testing
