// Tells processes of this machine which cores are taken: several may run at once, each on a GPU of its own.
#pragma once

#include <cstdint>

namespace daris {

// Takes the core for this process until it gives it back or ends, however it ends. Returns false if another
// process has it; true if this one has it already. Leaves no file behind: a claim is the name of a socket.
// Processes in other network namespaces are not seen. If the system gives no such sockets, every core is
// free. Threads: any.
[[nodiscard]] bool claim_core(std::uint32_t core);

// Gives the core back. Does nothing if this process doesn't have it. Threads: any.
void release_core(std::uint32_t core);

}  // namespace daris
