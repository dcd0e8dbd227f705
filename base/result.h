// Result<T>: a value, or an error message that a person can act on.
//
// Used for bad input and bad environment, never for broken invariants (those are DARIS_CHECK). A message
// names the file, the place in it, the value found, and what would be right.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace daris {

struct Error {
  std::string message;
};

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
