#include "reports/tables/text_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/terminal_text.h"
#include "reports/html/escape.h"
#include "reports/markdown/markdown_report.h"

namespace recgauge::reports {
namespace {

constexpr size_t kWidestCell = 40;

std::string bold(const std::string& text, const ConsoleStyle& style) {
  return style.colour == Colour::on ? "\033[1m" + text + "\033[0m" : text;
}

std::vector<std::vector<std::string>> shown_cells(const TextTable& table) {
  std::vector<std::vector<std::string>> rows(1);
  for (const TextColumn& column : table.columns) rows[0].push_back(printable(column.title, kWidestCell));
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const std::string& cell : row) rows.back().push_back(printable(cell, kWidestCell));
  }
  return rows;
}

std::string console_table(const TextTable& table, const ConsoleStyle& style) {
  const auto rows = shown_cells(table);
  std::vector<size_t> widths(table.columns.size(), 0);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    std::string line = " ";
    for (size_t i = 0; i < rows[r].size(); ++i) {
      const bool right = table.columns[i].numeric;
      line += " " + padded(rows[r][i], widths[i], right ? Alignment::right : Alignment::left) + " ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += (r == 0 ? bold(line, style) : line) + "\n";
  }
  return text;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + escape_markdown(cell, 300) + " |";
  return row + "\n";
}

std::string markdown_table(const TextTable& table) {
  std::vector<std::string> titles;
  std::string rule = "|";
  for (const TextColumn& column : table.columns) {
    titles.push_back(column.title);
    rule += column.numeric ? "---:|" : "---|";
  }
  std::string text = markdown_row(titles) + rule + "\n";
  for (const auto& row : table.rows) text += markdown_row(row);
  return text;
}

std::string html_row(const char* tag, const std::vector<std::string>& cells) {
  std::string row = "<tr>";
  for (const std::string& cell : cells) row += fmt::format("<{0}>{1}</{0}>", tag, escape_text(cell));
  return row + "</tr>\n";
}

std::string html_table(const TextTable& table) {
  std::vector<std::string> titles;
  for (const TextColumn& column : table.columns) titles.push_back(column.title);
  std::string html = "<div class=\"scroll\"><table>" + html_row("th", titles);
  for (const auto& row : table.rows) html += html_row("td", row);
  return html + "</table></div>\n";
}

std::string html_paragraph(const std::string& text) {
  return text.empty() ? "" : fmt::format("<p>{}</p>\n", escape_text(text));
}

}  // namespace

std::string to_console(const TextDocument& document, const ConsoleStyle& style) {
  std::string text = bold(printable(document.title), style) + "\n";
  for (const std::string& line : document.lines) text += wrapped(printable(line), style.width, "  ");
  for (const std::string& warning : document.warnings) text += wrapped("! " + printable(warning), style.width, "  ");
  for (const TextTable& table : document.tables) {
    text += "\n" + bold(printable(table.title), style) + "\n";
    if (!table.note.empty()) text += wrapped(printable(table.note), style.width, "  ");
    if (!table.rows.empty()) text += console_table(table, style);
    if (!table.remainder.empty()) text += wrapped(printable(table.remainder), style.width, "  ");
  }
  return text;
}

std::string to_markdown(const TextDocument& document) {
  std::string text = fmt::format("## {}\n", escape_markdown(document.title, 200));
  for (const std::string& line : document.lines) text += "\n" + escape_markdown(line, 4000) + "\n";
  for (const std::string& warning : document.warnings) text += "\n**Note:** " + escape_markdown(warning, 2000) + "\n";
  for (const TextTable& table : document.tables) {
    text += "\n### " + escape_markdown(table.title, 200) + "\n\n";
    if (!table.note.empty()) text += escape_markdown(table.note, 2000) + "\n\n";
    if (!table.rows.empty()) text += markdown_table(table);
    if (!table.remainder.empty()) text += "\n" + escape_markdown(table.remainder, 2000) + "\n";
  }
  return text;
}

std::string to_plain_html(const TextDocument& document) {
  std::string html = fmt::format("<div class=\"plain\"><h1>{}</h1>\n", escape_text(document.title));
  for (const std::string& line : document.lines) html += html_paragraph(line);
  for (const std::string& warning : document.warnings) html += html_paragraph("Note: " + warning);
  for (const TextTable& table : document.tables) {
    html += fmt::format("<h2>{}</h2>\n", escape_text(table.title)) + html_paragraph(table.note);
    if (!table.rows.empty()) html += html_table(table);
    html += html_paragraph(table.remainder);
  }
  return html + "</div>\n";
}

}  // namespace recgauge::reports
