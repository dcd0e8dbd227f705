// What `daris capacity` and `daris recommend` do alike: they look for a plan, write it, and show it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/json/json.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "experiment/planning/capacity_search.h"

namespace daris {

struct PlanForPeople {
  Json document;
  std::string table;                           // left out with --no-table; may be empty
  std::string text;                            // may be empty
  std::optional<Error> mishap = std::nullopt;  // what went wrong, though the plan stands
};

// Makes the plan, while a status line says how far it is, and writes it to --output. `name` is what a
// document is called that can't be written there. After an interrupt the plan has `grace` to stop. Returns an
// exit code.
[[nodiscard]] int planning_command(
    const Arguments& arguments, const std::string& name, std::chrono::milliseconds grace,
    const std::function<Result<PlanForPeople>(const CapacityProgress&)>& make_plan);

}  // namespace daris
