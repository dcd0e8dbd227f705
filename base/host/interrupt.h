// Ctrl-C, SIGTERM and the terminal's end: work stops at the next point that can be kept, and the program ends
// with exit code 130.
#pragma once

namespace daris {

// From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup) only raise the flag. One that
// comes a second later or more kills at once, as if never caught; what comes sooner says the same again:
// timeout(1) signals a program, and then its group.
void catch_interrupts();

// Any thread.
[[nodiscard]] bool interrupted();

}  // namespace daris
