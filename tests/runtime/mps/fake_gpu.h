// For tests without a GPU: the backend mps with workers that only pretend to have one (fake_worker.cpp).
#pragma once

#include "runtime/mps/mps_backend.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/gpu/fake_mps_control.h"

namespace daris::testing {

struct FakeGpu {
  TemporaryFolder folder;
  FakeMpsControl control{folder / "."};
  MpsBackend backend{MpsMachine{{}, "", 132, 0, {DARIS_FAKE_WORKER}}};
};

}  // namespace daris::testing
