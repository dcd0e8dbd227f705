// Result<T>: a value, or an error message that a person can act on.
//
// It is for bad input and bad environment, never for broken invariants (those are DARIS_CHECK). A message
// names the file, the place in it, the value found, and what would be right.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace daris {

// Tells who can mend it: whoever wrote the input, or whoever keeps the machine. Exit codes tell them apart.
enum class ErrorKind { kInput, kEnvironment };

struct Error {
  std::string message;
  ErrorKind kind = ErrorKind::kInput;

  // The same error with `place` before its message: "FILE: MESSAGE".
  [[nodiscard]] Error in(const std::string& place) const { return {place + ": " + message, kind}; }
  // The same error with `more` behind its message, such as what would help.
  [[nodiscard]] Error with(const std::string& more) const { return {message + more, kind}; }
};

[[nodiscard]] inline Error environment_error(std::string message) {
  return {std::move(message), ErrorKind::kEnvironment};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT: implicit on purpose, so that functions return T
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: likewise for errors

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }

  // REQUIRES: ok().
  [[nodiscard]] const T& value() const& {
    DARIS_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T& value() & {
    DARIS_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T&& value() && {
    DARIS_CHECK(ok());
    return std::get<T>(std::move(state_));
  }

  // REQUIRES: !ok().
  [[nodiscard]] const Error& error() const {
    DARIS_CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

// A step that gives nothing but may fail.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return !error_.has_value(); }

  // REQUIRES: !ok().
  [[nodiscard]] const Error& error() const {
    DARIS_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace daris

// Returns from the function with the error of `expression`, a Status or a Result, if it has one.
#define DARIS_TRY(expression)                                                             \
  do {                                                                                    \
    if (auto&& daris_tried = (expression); !daris_tried.ok()) return daris_tried.error(); \
  } while (false)

// Declares `declaration` as the value of `expression`, a Result; returns with its error if it has none.
// It is more than one statement, so it is not for the body of an `if` without braces.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration has none.
// Usage: DARIS_TRY_ASSIGN(const Profile profile, read(file));
#define DARIS_TRY_ASSIGN(declaration, expression) \
  DARIS_TRY_ASSIGN_AS(DARIS_TRY_NAME(daris_result_, __LINE__), declaration, expression)
#define DARIS_TRY_ASSIGN_AS(result, declaration, expression) \
  auto result = (expression);                                \
  if (!result.ok()) return result.error();                   \
  declaration = std::move(result).value()
#define DARIS_TRY_NAME(prefix, line) DARIS_TRY_JOIN(prefix, line)
#define DARIS_TRY_JOIN(prefix, line) prefix##line
// NOLINTEND(bugprone-macro-parentheses)
