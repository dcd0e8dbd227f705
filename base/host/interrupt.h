// Ctrl-C, SIGTERM and the end of the terminal. After one of them, work stops at the next point at which it
// can be kept, and the program ends with exit code 130.
#pragma once

namespace daris {

// From now on the first SIGINT, SIGTERM or SIGHUP (unless it is ignored, as under nohup) only sets a flag. A
// signal that comes a second later or more kills at once, as if it had never been caught. One that comes
// sooner changes nothing, because timeout(1) signals first a program and then its group.
void catch_interrupts();

// Tells whether such a signal has come. Threads: any.
[[nodiscard]] bool interrupted();

}  // namespace daris
