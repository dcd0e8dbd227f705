#include "analysis/publication/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "analysis/publication/page_data.h"
#include "base/check.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"

namespace daris {
namespace {

constexpr std::array<std::string_view, 6> kScripts{"points.js",  "filters.js", "table.js",
                                                   "details.js", "plot.js",    "start.js"};

std::string html_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

// JSON that may stand inside a <script>: nothing in it ends that.
std::string for_script(const std::string& json) {
  std::string result;
  result.reserve(json.size());
  for (const char c : json) result += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return result;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 4; ++k) text += k <= given ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

std::string figures_html(std::span<const PageFigure> figures) {
  std::string html;
  for (const PageFigure& figure : figures) {
    html += fmt::format(
        "<figure id=\"figure-{0}\"><img loading=\"lazy\" alt=\"{1}\" src=\"data:image/svg+xml;base64,{2}\">\n"
        "<figcaption><b>{0}</b>. {1}</figcaption></figure>\n",
        html_escaped(figure.name), html_escaped(figure.caption), base64(figure.svg));
  }
  return html;
}

// The section of verdicts; empty if there are none. All cells are texts.
std::string claims_html(const PrintedTable* claims) {
  if (claims == nullptr) return "";
  std::string html =
      "<section id=\"claims\" aria-labelledby=\"claims-title\" tabindex=\"-1\">\n<h2 "
      "id=\"claims-title\">Claims</h2>\n";
  for (const std::string& note : claims->notes) html += "<p class=\"hint\">" + html_escaped(note) + "</p>\n";
  html +=
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of claims\"><table "
      "class=\"claims\">"
      "<thead><tr>";
  for (const TableColumn& column : claims->columns)
    html += "<th scope=\"col\">" + html_escaped(column.heading) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : claims->rows) {
    html += "<tr>";
    for (const TableCell& cell : row) {
      const bool is_verdict = cell.text == "holds" || cell.text == "fails";  // these have their colours
      html += (is_verdict ? "<td class=\"" + cell.text + "\">" : "<td>") + html_escaped(cell.text) + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n</section>\n";
}

Result<std::string> scripts(const std::filesystem::path& folder) {
  std::string text;
  for (const std::string_view name : kScripts) {
    DARIS_TRY_ASSIGN(const std::string script, read_text_file(folder / name));
    text += script;
  }
  return text;
}

// Each mark of the template stands for a text. They are replaced in one pass, so that no text is taken for a
// mark.
std::string filled(std::string_view page, std::span<const std::pair<std::string_view, std::string>> texts) {
  std::string result;
  while (!page.empty()) {
    std::size_t at = page.size();
    const std::pair<std::string_view, std::string>* next = nullptr;
    for (const auto& entry : texts) {
      const std::size_t found = page.find(entry.first);
      if (found < at) {
        at = found;
        next = &entry;
      }
    }
    result += page.substr(0, at);
    if (next == nullptr) return result;
    result += next->second;
    page.remove_prefix(at + next->first.size());
  }
  return result;
}

std::string title_of(const Published& published) {
  constexpr std::size_t kNamed = 4;
  const std::size_t count = published.reports.size();
  std::string title;
  for (std::size_t i = 0; i < std::min(count, kNamed); ++i)
    title += (i == 0 ? "" : ", ") + short_name(published, i);
  return title + (count > kNamed ? fmt::format(" and {} more", count - kNamed) : "");
}

}  // namespace

Result<Page> Page::make(const PageContents& contents, const std::filesystem::path& data) {
  constexpr std::string_view kFigures = "@FIGURES@";
  const std::filesystem::path folder = data / "analysis/publication/data";
  const std::filesystem::path palette_file = data / "analysis/figures/palette.json";
  DARIS_TRY_ASSIGN(const std::string page, read_text_file(folder / "page.html"));
  DARIS_TRY_ASSIGN(const std::string style, read_text_file(folder / "page.css"));
  DARIS_TRY_ASSIGN(const std::string script, scripts(folder));
  DARIS_TRY_ASSIGN(const std::string palette_text, read_text_file(palette_file));
  DARIS_TRY_ASSIGN(const Json palette, parse_json(palette_text, palette_file.string()));
  const std::array<std::pair<std::string_view, std::string>, 5> texts{{
      {"@TITLE@", html_escaped(title_of(*contents.published))},
      {"@STYLE@", style},
      {"@CLAIMS@", claims_html(contents.claims)},
      {"@DATA@", for_script(write_json_line(page_data(contents, palette)))},
      {"@SCRIPT@", script},
  }};
  const std::size_t at = page.find(kFigures);
  DARIS_CHECK(at != std::string::npos);
  Page made;
  made.before_ = filled(std::string_view(page).substr(0, at), texts);
  made.behind_ = filled(std::string_view(page).substr(at + kFigures.size()), texts);
  return made;
}

std::string Page::with(std::span<const PageFigure> figures) const {
  return before_ + figures_html(figures) + behind_;
}

}  // namespace daris
