// Takes workers off the GPU and ends them. It has a thread of its own, since that takes some 10 ms. It takes
// up to a second and a half if neither daemon nor worker answers.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "gpu/mps_daemon.h"

namespace daris {

// A busy client is terminated through the daemon, and killed only if that does not end it: its sudden end
// could take the others along.
class ClientRemover {
 public:
  // REQUIRES: `daemon` outlives this.
  explicit ClientRemover(const MpsDaemon& daemon);
  // Waits until all removals that were asked for are done.
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
