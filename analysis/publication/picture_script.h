// Starts the Python script that draws the figures (analysis/figures/draw_report.py).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "analysis/publication/page.h"
#include "analysis/publication/published.h"
#include "base/result.h"

namespace daris {

struct Pictures {
  std::vector<PageFigure> figures;  // those that were drawn, in the script's order
  std::string problem;              // why there are none, or not all; empty: there is no problem
};

// Draws the documents of `published` as PDF, SVG and PNG into `folder`. `data` is the data folder. It waits
// for the script, or until `stopped()`. What the script lacks is a problem, not an error. Errors: of the
// environment; a picture that was drawn can't be read.
[[nodiscard]] Result<Pictures> draw_pictures(const Published& published, const std::filesystem::path& folder,
                                             const std::filesystem::path& data,
                                             const std::function<bool()>& stopped);

}  // namespace daris
