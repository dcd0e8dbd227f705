// What the page of `daris report` holds, as JSON that its scripts read.
#pragma once

#include "analysis/publication/page.h"
#include "base/json/json_fwd.h"

namespace daris {

// Columns have a value for each point, in the order of the points. A column of texts has its different texts
// once, and a code into them for each point. Numbers have 6 significant digits. `palette` is
// analysis/figures/palette.json.
[[nodiscard]] Json page_data(const PageContents& contents, const Json& palette);

}  // namespace daris
