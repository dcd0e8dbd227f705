// DARIS_CHECK(condition) aborts with file, line and condition if an invariant of the program is broken.
//
// It is active in release builds too: a scheduler that goes on with a broken invariant produces numbers that
// nobody can trust. It is never for bad input (base/result.h).
#pragma once

namespace daris::internal {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace daris::internal

#define DARIS_CHECK(condition)                         \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::daris::internal::check_failed(#condition, __FILE__, __LINE__))
