// A report as a sequence of parts, shown as Markdown or as one HTML page.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {

struct Heading {
  int level;
  std::string text;
};
struct Paragraph {
  std::string text;
};
struct Notes {
  std::vector<std::string> lines;
};
/// A figure whose files are in figures/. `drawn` means that there is an SVG.
struct Picture {
  std::string name, caption;
  bool drawn;
};
/// Facts and a listing of several lines, which the HTML page opens when asked to.
struct Details {
  std::string summary;
  std::vector<std::pair<std::string, std::string>> facts;
  std::string listing_title, listing;
};

using Part = std::variant<Heading, Paragraph, Notes, ReportTable, Picture, Details>;
using Document = std::vector<Part>;

std::string to_markdown(const Document& document);
/// Returns a self-contained page, which contains the SVGs of `figures`.
std::string to_html(const Document& document, const std::filesystem::path& figures);

}  // namespace fedmeta::report
