// The hardware queues through which CUDA hands a process's work to the GPU.
#pragma once

namespace daris {

// Asks for as many queues as there are. By default CUDA deals streams out to a quarter of them. Work of two
// streams that share a queue waits for each other, whatever their partitions, so one stage that hangs would
// hold up others. A value that the environment has already stays. Workers of MPS get what their slots need
// instead. REQUIRES: CUDA was not called yet, and no other thread runs.
void ask_for_all_hardware_queues();

}  // namespace daris
