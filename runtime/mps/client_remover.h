// Takes workers off the GPU and ends them, in a thread of its own, since that takes some 10 ms, and up to a
// second and a half where neither daemon nor worker answers.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "gpu/mps_daemon.h"

namespace daris {

// A client that is busy is terminated through the daemon, and killed only where it does not end of that: its
// sudden end could take the others along.
class ClientRemover {
 public:
  // `daemon` outlives this.
  explicit ClientRemover(const MpsDaemon& daemon);
  // Waits for what was asked for.
  ~ClientRemover();
  ClientRemover(const ClientRemover&) = delete;
  ClientRemover& operator=(const ClientRemover&) = delete;

  // Does not wait. REQUIRES: until done(), nobody waits for the process, so that its id stays its own.
  void remove(pid_t client);
  [[nodiscard]] bool done(pid_t client);

 private:
  void work();
  void remove_all(const std::vector<pid_t>& clients) const;

  const MpsDaemon& daemon_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::vector<pid_t> asked_;
  std::vector<pid_t> done_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace daris
