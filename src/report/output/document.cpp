#include "report/output/document.hpp"

#include <sstream>
#include <string_view>

#include "report/output/files.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* style = R"(
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.35rem; margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.1rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid #e3e3e3; white-space: nowrap; }
thead th { border-bottom: 2px solid #555; } .n { text-align: right; }
figure { margin: 1.5rem 0; } figure svg { max-width: 100%; height: auto; }
figcaption, .caption { color: #555; font-size: .88rem; max-width: 50rem; }
@media print { nav { display: none; } .scroll { overflow: visible; } th, td { white-space: normal; padding: .2rem .3rem; }
  table { font-size: .65rem; } figure, tr { break-inside: avoid; } }
dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; } pre { overflow-x: auto; font-size: .85rem; }
.notes { background: #fff6dd; border-left: 4px solid #e69f00; padding: .5rem 1rem; }
)";

/// Returns an SVG whose ids, and what refers to them, begin with a prefix: they are the page's, not the
/// picture's, and gnuplot gives the same to every picture.
std::string with_own_ids(const std::string& svg, const std::string& prefix) {
  std::string text;
  for (std::size_t i = 0; i < svg.size(); ++i) {
    text += svg[i];
    for (const std::string_view before : {" id='", " id=\"", "url(#", "href='#", "href=\"#"})
      if (text.ends_with(before)) text += prefix;
  }
  return text;
}

/// Returns a picture without the parts that belong to a standalone document only.
std::string inline_svg(const std::filesystem::path& file, const std::string& prefix) {
  const std::string text = read_file(file);
  const auto begin = text.find("<svg");
  return begin == std::string::npos ? "" : with_own_ids(text.substr(begin), prefix);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

struct Markdown {
  std::string operator()(const Heading& h) const {
    return std::string(h.level, '#') + " " + markdown_text(h.text) + "\n\n";
  }
  std::string operator()(const Paragraph& p) const { return markdown_text(p.text) + "\n\n"; }
  std::string operator()(const Notes& notes) const {
    std::string text;
    for (const std::string& line : notes.lines) text += "> **Note:** " + markdown_text(line) + "\n>\n";
    return text + "\n";
  }
  std::string operator()(const ReportTable& t) const {
    return "### " + markdown_text(t.title) + "\n\n" + to_markdown(t) + "\n" + markdown_text(t.caption) +
           " ([CSV](tables/" + t.name + ".csv))\n\n";
  }
  std::string operator()(const Picture& p) const {
    const std::string caption = markdown_text(p.caption);
    if (!p.drawn) return "Figure not drawn: `figures/" + p.name + ".gp`. " + caption + "\n\n";
    return "![" + caption + "](figures/" + p.name + ".svg)\n\n*" + caption + "*\n\n";
  }
  std::string operator()(const Details& d) const {
    std::string text = "### " + markdown_text(d.summary) + "\n\n";
    for (const auto& [name, value] : d.facts)
      text.append("- ").append(markdown_text(name)).append(": ").append(markdown_text(value)).append("\n");
    text.append("- ").append(markdown_text(d.listing_title)).append(":\n");
    for (const std::string& line : lines(d.listing))  // a code block would hold text as it is
      if (!line.empty()) text.append("  - ").append(markdown_text(line)).append("\n");
    return text + "\n";
  }
};

/// Returns the name under which a heading is found in the page. Headings of the same text share it: a browser
/// goes to the first.
std::string anchor(const Heading& heading) {
  return "section-" + file_name(heading.text);
}

/// Returns links to the sections; nothing where there is one alone.
std::string contents(const Document& document) {
  std::string links;
  std::size_t count = 0;
  for (const Part& part : document) {
    const auto* heading = std::get_if<Heading>(&part);
    if (!heading || heading->level != 2) continue;
    links += "<li><a href=\"#" + anchor(*heading) + "\">" + html_text(heading->text) + "</a></li>\n";
    ++count;
  }
  return count < 2 ? "" : "<nav><ul>\n" + links + "</ul></nav>\n";
}

struct Html {
  std::filesystem::path figures;

  std::string operator()(const Heading& h) const {
    const std::string level = std::to_string(h.level);
    const std::string id = h.level == 2 ? " id=\"" + anchor(h) + "\"" : "";  // the contents lead to these
    return "<h" + level + id + ">" + html_text(h.text) + "</h" + level + ">\n";
  }
  std::string operator()(const Paragraph& p) const { return "<p>" + html_text(p.text) + "</p>\n"; }
  std::string operator()(const Notes& notes) const {
    std::string text = "<div class=\"notes\"><ul>\n";
    for (const std::string& line : notes.lines) text += "<li>" + html_text(line) + "</li>\n";
    return text + "</ul></div>\n";
  }
  std::string operator()(const ReportTable& t) const {
    return "<h3>" + html_text(t.title) + "</h3>\n<div class=\"scroll\">" + to_html(t) +
           "</div>\n<p class=\"caption\">" + html_text(t.caption) + "</p>\n";
  }
  std::string operator()(const Picture& p) const {
    const std::string caption = "<figcaption>" + html_text(p.caption) + "</figcaption></figure>\n";
    if (!p.drawn) return "<figure>Not drawn: figures/" + html_text(p.name) + ".gp" + caption;
    return "<figure role=\"img\" aria-label=\"" + html_text(p.caption) + "\">\n" +
           inline_svg(figures / (p.name + ".svg"), p.name + "-") + caption;
  }
  std::string operator()(const Details& d) const {
    std::string text = "<details><summary>" + html_text(d.summary) + "</summary>\n<dl>\n";
    for (const auto& [name, value] : d.facts)
      text.append("<dt>")
          .append(html_text(name))
          .append("</dt><dd>")
          .append(html_text(value))
          .append("</dd>\n");
    text.append("</dl>\n<p>").append(html_text(d.listing_title)).append(":</p>\n<pre>");
    for (const std::string& line : lines(d.listing)) text += html_text(line) + "\n";
    return text + "</pre></details>\n";
  }
};

}  // namespace

std::string to_markdown(const Document& document) {
  std::string text;
  for (const Part& part : document) text += std::visit(Markdown{}, part);
  return text;
}

std::string to_html(const Document& document, const std::filesystem::path& figures) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n"
      // The page may not load or run anything, whatever gnuplot lets through.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Federated meta-learning benchmark</title>\n<style>" +
      std::string(style) + "</style></head>\n<body>\n";
  text += contents(document);
  for (const Part& part : document) text += std::visit(Html{figures}, part);
  return text + "</body>\n</html>\n";
}

}  // namespace fedmeta::report
