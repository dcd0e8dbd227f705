// Names one point of a sweep by what sets it apart from the others.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

class PointLabels {
 public:
  // Gives the configuration of an index as JSON.
  using ConfigOf = std::function<Json(std::size_t)>;

  // Looks at all `count` configurations, of many only at some. REQUIRES: `config_of` outlives this.
  PointLabels(std::size_t count, const ConfigOf& config_of);

  // "point 3 of 12: contexts 4, load 1.5": the settings in which configurations differ. Long values are cut,
  // and of many settings the first ones stand. REQUIRES: index < count.
  [[nodiscard]] std::string of(std::size_t index) const;

 private:
  std::size_t count_;
  const ConfigOf& config_of_;
  std::set<std::string> differing_;  // keys
};

}  // namespace daris
