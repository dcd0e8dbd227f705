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
  ClaimPoint(const Json& point, bool of_report) : runs_{&point}, of_report_(of_report) {}

  // Adds a run of the same configuration, which was measured again. REQUIRES: both are of reports.
  void add_run(const Json& point) { runs_.push_back(&point); }

  // Nullopt if the point does not have the figure. Of several runs it is the mean of all replications. An
  // interval that each run has by itself, such as that of a rate, then reaches from the least end to the
  // greatest.
  [[nodiscard]] std::optional<ClaimFigure> figure(const std::string& name) const;

  // A setting that published figures do not record matches.
  [[nodiscard]] bool matches(const ClaimSide& side) const;

  // "daris, 8 x 2 OS 1.5, load 1.5".
  [[nodiscard]] std::string label() const;

  [[nodiscard]] std::vector<std::string> ids() const;  // of its runs, as far as they have some

  // The seed, if replications of two points with equal ones are pairs: they share their random draws. What
  // was measured several times pairs with itself alone.
  [[nodiscard]] std::optional<Json> pairing() const;

 private:
  [[nodiscard]] Json setting(const std::string& key) const;  // null if it is not recorded

  std::vector<const Json*> runs_;
  bool of_report_;
};

// The points of one world: reports of one machine, or one published document.
struct ClaimWorld {
  std::string name;  // as world_of() says it: "simulated: NVIDIA ...", "published: NVIDIA ..."
  std::vector<ClaimPoint> points;
  bool is_published = false;
};

// In order of first appearance, published ones first. They point into `published`. Live points that differ in
// nothing but how long and how often they ran are one point of several runs. Of simulated ones, whose
// replications share their draws, the one with most replications stands for all.
[[nodiscard]] std::vector<ClaimWorld> worlds_of(const Published& published);

}  // namespace daris
