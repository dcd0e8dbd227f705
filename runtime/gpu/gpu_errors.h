// Turns exceptions of CUDA and Torch into errors, at the edge of what sets models and graphs up.
#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <string>

#include "base/result.h"

namespace daris {

// Returns what `make` returns. If it throws, returns an error for people that begins with `where`.
template <typename Make>
[[nodiscard]] auto errors_of(const std::string& where, const Make& make) -> decltype(make()) {
  try {
    return make();
  } catch (const c10::OutOfMemoryError&) {
    return environment_error(where +
                             "the GPU's memory is too small for the models and graphs of these slots: fewer "
                             "slots, smaller batches or fewer weights of their own fit");
  } catch (const c10::Error& error) {
    return environment_error(where + error.what_without_backtrace());
  } catch (const std::exception& error) {
    return environment_error(where + error.what());
  }
}

}  // namespace daris
