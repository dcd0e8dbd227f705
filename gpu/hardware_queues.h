// The hardware queues that CUDA hands a process's work to the GPU through.
#pragma once

namespace daris {

// Asks for as many as there are. CUDA deals streams out to a quarter of them unless told, and work of two
// streams that share one waits for each other, whatever their partitions: one stage that hangs would hold up
// others. What the environment says already stays. Workers of MPS get what their slots need instead.
// REQUIRES: CUDA was not called yet, and no other thread runs.
void ask_for_all_hardware_queues();

}  // namespace daris
