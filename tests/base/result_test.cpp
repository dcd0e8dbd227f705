#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace daris {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error{"is odd"};
  return value / 2;
}

Status refuse(bool refused) {
  if (refused) return environment_error("is refused");
  return {};
}

Result<int> quarter(int value, bool refused) {
  DARIS_TRY(refuse(refused));
  DARIS_TRY_ASSIGN(const int once, half(value));
  DARIS_TRY_ASSIGN(const int twice, half(once));
  return twice;
}

Result<std::unique_ptr<int>> owned(int value) {
  DARIS_TRY_ASSIGN(int const checked, half(value));
  return std::make_unique<int>(checked);
}

Result<int> taken(int value) {
  DARIS_TRY_ASSIGN(std::unique_ptr<int> pointer, owned(value));
  return *pointer;
}

TEST(Try, GoesOnWithTheValue) {
  EXPECT_EQ(quarter(8, false).value(), 2);
  EXPECT_EQ(taken(8).value(), 4);
}

TEST(Try, ReturnsTheFirstError) {
  EXPECT_EQ(quarter(6, false).error().message, "is odd");
  EXPECT_EQ(quarter(6, true).error().message, "is refused");
  EXPECT_EQ(taken(7).error().message, "is odd");
}

TEST(Error, KeepsItsKindBehindAPlace) {
  const Error error = refuse(true).error().in("a.json");
  EXPECT_EQ(error.message, "a.json: is refused");
  EXPECT_EQ(error.kind, ErrorKind::kEnvironment);
  EXPECT_EQ(half(1).error().in("b").kind, ErrorKind::kInput);
}

}  // namespace
}  // namespace daris
