// Results as titled tables of text, and their three plain forms: terminal, Markdown, HTML without script.
#pragma once

#include <string>
#include <vector>

#include "reports/console/console_report.h"

namespace recgauge::reports {

struct TextColumn {
  std::string title;
  bool numeric = false;
};

struct TextTable {
  std::string title;
  std::string note;  ///< shown below the title; may be empty
  std::vector<TextColumn> columns;
  std::vector<std::vector<std::string>> rows;  ///< one cell a column
  std::string remainder;                       ///< what was left out, below the table; may be empty
};

/// A page of tables. All text may be foreign: each form makes it harmless.
struct TextDocument {
  std::string title;
  std::vector<std::string> lines;  ///< below the title, one sentence or two each
  std::vector<std::string> warnings;
  std::vector<TextTable> tables;
};

/// Columns lined up; cells are cut to 40 characters, so that a row stays a row.
std::string to_console(const TextDocument& document, const ConsoleStyle& style = {});
std::string to_markdown(const TextDocument& document);
/// Elements for the inside of a page's body.
std::string to_plain_html(const TextDocument& document);

}  // namespace recgauge::reports
