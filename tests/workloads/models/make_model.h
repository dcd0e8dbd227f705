// Makes models for tests, from names and plans that are right.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "workloads/models/staged_model.h"

namespace daris {

inline StagedModel make_model(std::string_view name, StagePlan plan, std::uint64_t seed = 1) {
  Result<StagedModel> model = StagedModel::create(name, std::move(plan), seed);
  EXPECT_TRUE(model.ok());
  return std::move(model).value();
}

inline StagedModel make_model(std::string_view name, std::uint64_t seed = 1) {
  return make_model(name, default_stage_plan(*find_model(name).value()), seed);
}

}  // namespace daris
