// Points that claims are judged by: those of reports, and those that others published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/publication/claims.h"
#include "analysis/publication/published.h"

namespace daris {

// A figure of one point.
struct ClaimFigure {
  double value = 0;
  std::vector<double> values;  // of replications or repeated runs; empty if there was one, or it is not known
  std::optional<double> low, high;  // its own interval, such as that of a rate
  bool without_spread = false;      // somebody published it as a number alone
};

class ClaimPoint {
 public:
  // `point` is of a report or of a daris.published. It must outlive this.
  ClaimPoint(const Json& point, bool of_report) : point_(&point), of_report_(of_report) {}

  // Nullopt if the point does not have the figure.
  [[nodiscard]] std::optional<ClaimFigure> figure(const std::string& name) const;

  // A setting that published figures do not record matches.
  [[nodiscard]] bool matches(const ClaimSide& side) const;

  // "daris, 8 x 2 OS 1.5, load 1.5".
  [[nodiscard]] std::string label() const;

  [[nodiscard]] std::string id() const;  // empty if it has none

  // The seed, if replications of two points with equal ones are pairs: they share their random draws.
  [[nodiscard]] std::optional<Json> pairing() const;

 private:
  [[nodiscard]] Json setting(const std::string& key) const;  // null if it is not recorded

  const Json* point_;
  bool of_report_;
};

// The points of one world: reports of one machine, or one published document.
struct ClaimWorld {
  std::string name;  // as world_of() says it: "simulated: NVIDIA ...", "published: NVIDIA ..."
  std::vector<ClaimPoint> points;
};

// In order of first appearance, published ones first. They point into `published`.
[[nodiscard]] std::vector<ClaimWorld> worlds_of(const Published& published);

}  // namespace daris
