#include "base/host/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"

namespace daris {
namespace {

// A closed stream is opened the wrong way round: each use of it is an error, as if it were closed.
void occupy_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened >= 0 && opened != stream) ::close(opened);
  }
}

// Libraries add lines that say where in their code it happened.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Without taking memory.
int fail_for_memory() {
  constexpr std::string_view kLine =
      "daris: out of memory: fewer tasks, shorter runs or fewer threads need less\n";
  if (::write(STDERR_FILENO, kLine.data(), kLine.size()) < 0) return kEnvironment;  // nobody is there
  return kEnvironment;
}

std::terminate_handler usual_terminate = nullptr;
std::atomic<bool> memory_ended = false;

// Exceptions need memory too, so what is known is kept before one is thrown.
void note_and_throw() {
  memory_ended = true;
  throw std::bad_alloc();
}

// Whether not even a little memory is left.
bool memory_is_gone() {
  constexpr std::size_t kLittle = 1 << 16;
  void* const probe = std::malloc(kLittle);
  std::free(probe);
  return memory_ended || probe == nullptr;
}

// Destructors of libraries may want memory too, and what they throw can't be caught. If there is no memory
// for an exception, none is thrown at all.
[[noreturn]] void terminate() {
  const std::exception_ptr thrown = std::current_exception();
  if (thrown == nullptr && memory_is_gone()) _exit(fail_for_memory());
  try {
    if (thrown != nullptr) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    _exit(fail_for_memory());
  } catch (...) {  // NOLINT(bugprone-empty-catch): the usual handler tells of it
  }
  usual_terminate();
  std::abort();
}

// Constants take memory before main() begins, so this comes before they are made. 101 is the first priority
// that programs may use.
[[gnu::constructor(101)]] void watch_memory() {
  usual_terminate = std::set_terminate(terminate);
  std::set_new_handler(note_and_throw);
}

int run_and_tell(const std::function<int()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return fail_for_memory();
  } catch (const std::length_error&) {
    return fail_for_memory();
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return fail(kEnvironment, error.what());
    return fail(kEnvironment, "no more threads can be started: " + error.code().message() +
                                  "; a limit of processes (ulimit -u) or of memory is reached");
  } catch (const std::exception& error) {
    return fail(kEnvironment, first_line(error.what()));
  }
}

}  // namespace

int run_as_program(const std::function<int()>& work) {
  occupy_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  catch_interrupts({});
  return run_and_tell(work);
}

}  // namespace daris
