#include "runtime/mps/mps_program.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include "base/host/child_process.h"
#include "gpu/gpu_facts.h"
#include "runtime/gpu/machine_facts.h"
#include "runtime/mps/gpu_engine.h"
#include "runtime/mps/mps_backend.h"

namespace daris {

Result<std::unique_ptr<LiveBackend>> make_mps_backend(int device) {
  try {
    const GpuFacts known = gpu_facts(device);
    MpsMachine machine;
    machine.facts = machine_facts(known);
    machine.pci_bus_id = known.pci_bus_id;
    machine.sms = known.sms;
    machine.device = device;
    machine.worker = {this_program(), std::string(kMpsWorkerWord)};
    return std::unique_ptr<LiveBackend>(std::make_unique<MpsBackend>(std::move(machine)));
  } catch (const std::exception& error) {
    return environment_error(std::string("backend mps: ") + error.what());
  }
}

void run_mps_worker() {
  GpuEngine engine;
  run_mps_worker(engine);
}

// Standard output belongs to the scheduler, so whatever a library prints goes to standard error. The process
// ends without destroying anything: streams, graphs and Torch's caches hold on to each other, and a stage may
// hang.
void run_mps_worker(WorkerEngine& engine) {
  const int answers = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  WorkerLoop loop(engine, STDIN_FILENO, answers, ChildProcess::kDescriptor);
  std::_Exit(loop.run());
}

}  // namespace daris
