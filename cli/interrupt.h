// Ctrl-C, SIGTERM and the terminal's end: work stops at the next point that can be kept, and the program ends with exit code 130.
#pragma once

namespace daris {

// From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup) only raise the flag; a second one kills at once, as
// if never caught.
void catch_interrupts();

// Any thread.
[[nodiscard]] bool interrupted();

}  // namespace daris
