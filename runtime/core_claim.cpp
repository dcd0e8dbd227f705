#include "runtime/core_claim.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace daris {
namespace {

// Sockets that this process holds, by core; -1 where the system gave none.
struct Claims {
  std::mutex mutex;
  std::map<std::uint32_t, int> sockets;
};

Claims& claims() {
  static Claims of_this_process;
  return of_this_process;
}

// Names that begin with a zero belong to no file, and end with their socket.
int bind_to_name_of(int socket, std::uint32_t core) {
  const std::string name = fmt::format("daris/core/{}", core);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address.sun_path + 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace

bool claim_core(std::uint32_t core) {
  const std::lock_guard hold(claims().mutex);
  if (claims().sockets.contains(core)) return true;
  int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket >= 0 && bind_to_name_of(socket, core) != 0) {
    const bool taken = errno == EADDRINUSE;
    ::close(socket);
    if (taken) return false;
    socket = -1;
  }
  claims().sockets.emplace(core, socket);
  return true;
}

void release_core(std::uint32_t core) {
  const std::lock_guard hold(claims().mutex);
  const auto found = claims().sockets.find(core);
  if (found == claims().sockets.end()) return;
  if (found->second >= 0) ::close(found->second);
  claims().sockets.erase(found);
}

}  // namespace daris
