// Writes the pages that the browser tests open, through the same to_html as the tool, and their reports beside them.
// `make_pages FOLDER [REPORT.json…]`.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "harness/system/error.h"
#include "reports/attestation/audit_json.h"
#include "reports/html/html_report.h"
#include "reports/html/view_page.h"
#include "reports/json/comparison_json.h"
#include "reports/json/report_json.h"
#include "reports/json/trend_json.h"
#include "reports/tables/comparison_tables.h"
#include "reports/tables/trend_tables.h"
#include "tests/browser/sample_reports.h"
#include "tests/browser/sample_views.h"

namespace {

using namespace recgauge;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw DataError("cannot write " + path.string());
}

std::string page_of(const Report& report) {
  const attestation::AuditView view = attestation::build_audit_view(report, attestation::embedded_framework_map());
  return reports::to_html(report, attestation::to_json(view));
}

Report read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return reports::from_json(std::string(std::istreambuf_iterator<char>(in), {}), path.string());
}

void write_view(const std::filesystem::path& path, const RunComparison& comparison) {
  const reports::TextDocument text = reports::comparison_document(comparison);
  write(path, reports::view_page("comparison", text.title + comparison.tool_version, reports::to_plain_html(text),
                                 reports::to_json(comparison)));
}

void write_view(const std::filesystem::path& path, const Trend& trend) {
  const reports::TextDocument text = reports::trend_document(trend);
  write(path, reports::view_page("trend", text.title, reports::to_plain_html(text), reports::to_json(trend)));
}

void write_views(const std::filesystem::path& folder) {
  write_view(folder / "comparison.html", browser_tests::typical_comparison());
  write_view(folder / "comparison-hostile.html", browser_tests::hostile_comparison());
  write_view(folder / "comparison-lone.html", browser_tests::lone_comparison());
  write_view(folder / "trend.html", browser_tests::typical_trend());
  write_view(folder / "trend-hostile.html", browser_tests::hostile_trend());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::cerr << "usage: make_pages FOLDER [REPORT.json...]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  using Maker = Report (*)();
  const std::pair<const char*, Maker> samples[] = {
      {"typical", browser_tests::typical_report},
      {"failed", browser_tests::failed_report},
      {"inconclusive", browser_tests::inconclusive_report},
      {"kinds", browser_tests::every_kind_report},
      {"hostile", browser_tests::hostile_report},
      {"large", browser_tests::large_report},
      {"empty", browser_tests::empty_report},
  };
  if (argc == 2) {
    for (const auto& [name, make] : samples) {
      write(folder / fmt::format("{}.html", name), page_of(make()));
      write(folder / fmt::format("{}.json", name), reports::to_json(make()));
    }
  }
  if (argc == 2) write_views(folder);
  for (int i = 2; i < argc; ++i) {
    const std::filesystem::path source = argv[i];
    write(folder / source.stem().concat(".html"), page_of(read(source)));
  }
  return 0;
} catch (const std::exception& problem) {
  std::cerr << problem.what() << "\n";
  return 1;
}
