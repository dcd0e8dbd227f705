// The points of a report while it is read: each is validated, and what is not published of it is dropped. So
// a large report takes little more memory than what is published of it.
#pragma once

#include <cstddef>

#include "base/json/json.h"

namespace daris {

// Threads: one caller at a time; `threads` validate side by side.
class ReportPoints {
 public:
  explicit ReportPoints(std::size_t threads);

  // To be called whenever `points` of the document has one more element. Nothing is done before the document
  // says that it is a report.
  void hear(Json& document);

  // Does the rest of the points, and validates what stands around them. Returns whether all of the report is
  // valid. If it is not, points may lack some of their parts.
  [[nodiscard]] bool finish(Json& document);

 private:
  void take(Json& points);  // those that were not looked at before

  std::size_t threads_;
  Json schema_;         // of a report
  Json points_schema_;  // of an object that has `points` alone
  std::size_t taken_ = 0;
  bool valid_ = true;
};

}  // namespace daris
