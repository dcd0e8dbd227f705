// index.html: one page that opens from disk without a network. It has all points, and says how to run each of
// them again.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analysis/publication/printed_table.h"
#include "analysis/publication/published.h"
#include "base/result.h"

namespace daris {

struct PageFigure {
  std::string name;     // of its files, without their ending
  std::string caption;  // plain text
  std::string svg;      // the picture
};

struct PageContents {
  const Published* published = nullptr;
  std::span<const PublishedPoint> points;
  const PrintedTable* claims = nullptr;  // verdicts on claims; null: there are none
  std::string command;                   // that made the page
  // The command that runs a point again, from its configuration; `live` says in which world.
  std::function<std::string(const Json& config, bool live)> command_of;
};

// A page that lacks its figures, which take longest to draw.
class Page {
 public:
  // Uses the template in `analysis/publication/data/` of the data folder `data`. Errors: a file of the
  // template can't be read. REQUIRES: there is a point.
  [[nodiscard]] static Result<Page> make(const PageContents& contents, const std::filesystem::path& data);

  [[nodiscard]] std::string with(std::span<const PageFigure> figures) const;

 private:
  std::string before_;  // the figures
  std::string behind_;
};

}  // namespace daris
