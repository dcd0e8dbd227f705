#include "base/host/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <limits>

namespace daris {

bool is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

// A terminal may change its size at any time. One that fills its last column may wrap.
std::size_t terminal_width() {
  constexpr std::size_t kSpare = 4;
  winsize size{};
  const bool known = is_terminal() && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > kSpare;
  return known ? size.ws_col - kSpare : std::numeric_limits<std::size_t>::max();
}

}  // namespace daris
