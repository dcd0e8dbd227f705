// What `daris capacity` and `daris recommend` do alike: they look for a plan, write it, and show it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/host/progress.h"
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
  bool stands_if_interrupted = false;          // it holds what was found until then
};

// How a plan is made.
struct PlanningWay {
  std::string name;                 // what a document is called that can't be written to --output
  std::chrono::milliseconds grace;  // after an interrupt it has so long to stop
  ProgressMode progress = ProgressMode::kAuto;
  const char* last_words =
      "interrupted; nothing was written";  // if it does not; lives as long as the program
};

// Makes the plan, while a status line says how far it is, and writes it to --output. Returns an exit code.
[[nodiscard]] int planning_command(
    const Arguments& arguments, const PlanningWay& way,
    const std::function<Result<PlanForPeople>(const CapacityProgress&)>& make_plan);

}  // namespace daris
