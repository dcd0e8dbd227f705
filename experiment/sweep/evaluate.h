// Evaluations one after the other, for a program that searches: a configuration comes in, its point goes out.
// Files are read once for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"

namespace daris {

struct EvaluationSetup {
  // What a request does not say. It may lack a task set.
  RunConfig defaults;
  std::size_t threads = 1;  // evaluations side by side; at least 1
  // Gives the next line, without its line feed; nullopt at the end. May wait. One thread calls it.
  std::function<std::optional<std::string>()> next;
  // Takes an answer, without a line feed, in the order of the requests. One thread at a time. After an error
  // no more requests are taken.
  std::function<Status(const std::string& answer)> answer;
};

inline constexpr std::size_t kRequestBytesMax = std::size_t{1} << 20;

// Answers each line, as soon as all before it are answered: with the point that it asks for, or with what is
// wrong with it (docs/formats.md, "Evaluations"). Lines of blanks are counted and not answered. Returns the
// first error of `answer`. REQUIRES: `runner` may settle and check a point while others run.
[[nodiscard]] Status evaluate(PointRunner& runner, const EvaluationSetup& setup);

}  // namespace daris
