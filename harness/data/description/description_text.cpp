// The description as a page of text.
#include <fmt/format.h>

#include <algorithm>

#include "harness/data/description/describe.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

namespace recgauge {
namespace {

constexpr size_t kLabelWidth = 16;
constexpr size_t kNumberWidth = 9;
constexpr size_t kNameWidth = 40;
constexpr size_t kMostGroups = 12;
constexpr size_t kBarWidth = 30;

double share_of(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double share) {
  if (share == 0.0) return "0 %";
  return share < 0.001 ? fmt::format("{:.2g} %", 100.0 * share) : fmt::format("{:.1f} %", 100.0 * share);
}

std::string number(double value) {
  const bool whole = value >= 0 && value < 1e15 && value == static_cast<double>(static_cast<uint64_t>(value));
  return whole ? with_separators(static_cast<uint64_t>(value)) : fmt::format("{:.6g}", value);
}

class Page {
 public:
  explicit Page(const DatasetDescription& description) : description_(description) {}

  std::string build(const LoadReport& report) {
    add_origin();
    add_sizes();
    add_quantiles();
    add_values();
    add_popularity();
    for (const GroupSizes& groups : description_.user_attributes) add_groups("users by", groups, description_.users);
    for (const GroupSizes& groups : description_.item_attributes) add_groups("items by", groups, description_.items);
    for (const GroupSizes& groups : description_.item_labels) add_groups("items by", groups, description_.items);
    if (description_.hazards) add_groups("items by", *description_.hazards, description_.items);
    add_load_report(report);
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }
  void row(const std::string& label, const std::string& value, const std::string& remark = "") {
    line(fmt::format("  {}  {}{}{}", padded(label, kLabelWidth), value, remark.empty() ? "" : "   ", remark));
  }
  void heading(const std::string& text) { line("\n" + text); }

  void add_origin() {
    const DatasetOrigin& origin = description_.origin;
    line(printable(origin.name.empty() ? "(no name)" : origin.name));
    if (!origin.loader.empty()) row("format", printable(origin.loader));
    if (!origin.licence.empty()) row("licence", printable(origin.licence));
    for (const NamedFile& file : origin.files)
      row("file", printable(file.name, 60), "sha256 " + file.sha256.substr(0, 12));
  }

  void add_sizes() {
    heading("size");
    row("users", count(description_.users), without(description_.users_without_interactions));
    row("items", count(description_.items), without(description_.items_without_interactions));
    row("interactions", count(description_.interactions),
        description_.density ? "density " + percent(*description_.density) : "");
    row("duplicates", count(description_.duplicate_pairs),
        description_.duplicate_pairs == 0 ? "" : "interactions whose user and item came before");
    if (!description_.times) return row("times", "no times", "the order of the file stands in for them");
    row("times", fmt::format("{} to {}", description_.times->first, description_.times->last));
    row("time ties", count(description_.time_ties),
        description_.time_ties == 0 ? ""
                                    : "neighbours of one user at the same second: their order is that of the file");
  }

  static std::string count(uint64_t value) { return padded(with_separators(value), kNumberWidth, Alignment::right); }
  static std::string without(uint64_t value) {
    return value == 0 ? "" : with_separators(value) + " without an interaction";
  }

  void add_quantiles() {
    if (!description_.interactions_per_user || !description_.interactions_per_item) return;
    heading("interactions");
    std::string header = "  " + padded("", kLabelWidth) + "  ";
    for (const char* name : {"min", "p25", "median", "p75", "p90", "p99", "max"}) {
      header += padded(name, kNumberWidth, Alignment::right);
    }
    line(header);
    add_quantile_row("per user", *description_.interactions_per_user);
    add_quantile_row("per item", *description_.interactions_per_item);
  }

  void add_quantile_row(const std::string& label, const CountQuantiles& q) {
    std::string text = "  " + padded(label, kLabelWidth) + "  ";
    for (const double value : {q.minimum, q.p25, q.median, q.p75, q.p90, q.p99, q.maximum}) {
      text += padded(
          value == static_cast<double>(static_cast<uint64_t>(value)) ? number(value) : fmt::format("{:.1f}", value),
          kNumberWidth, Alignment::right);
    }
    line(text);
  }

  void add_values() {
    if (!description_.values) return;
    const ValueDistribution& values = *description_.values;
    heading("values");
    row("range", fmt::format("{} to {}, mean {:.4g}", number(values.minimum), number(values.maximum), values.mean),
        values.counts.empty() ? with_separators(values.distinct) + " distinct values" : "");
    if (values.distinct < 2) return;
    for (const auto& [value, occurrences] : values.counts)
      add_bar(number(value), occurrences, description_.interactions);
  }

  void add_bar(const std::string& label, uint64_t part, uint64_t whole) {
    const double share = share_of(part, whole);
    const auto length = static_cast<size_t>(share * static_cast<double>(kBarWidth) + 0.5);
    std::string bar;
    for (size_t i = 0; i < std::min(length, kBarWidth); ++i) bar += "█";
    std::string text = fmt::format("  {}  {}  {}  {}", padded(label, kLabelWidth),
                                   padded(with_separators(part), kNumberWidth, Alignment::right),
                                   padded(percent(share), 7, Alignment::right), bar);
    text.erase(text.find_last_not_of(' ') + 1);
    line(text);
  }

  void add_popularity() {
    if (description_.popularity.empty()) return;
    heading("popularity");
    for (const PopularityPoint& point : description_.popularity) {
      row(fmt::format("top {:.0f} %", 100.0 * point.item_share), count(point.items),
          fmt::format("items hold {} of the interactions", percent(point.interaction_share)));
    }
    row("head", count(description_.head_items), "items hold 80 % of the interactions");
    if (description_.popularity_gini)
      row("Gini", fmt::format("{:>{}.3f}", *description_.popularity_gini, kNumberWidth));
  }

  void add_groups(const std::string& what, const GroupSizes& groups, uint64_t whole) {
    heading(what + " " + printable(groups.name, kNameWidth));
    for (size_t i = 0; i < std::min(groups.sizes.size(), kMostGroups); ++i) {
      add_bar(printable(groups.sizes[i].first, kNameWidth), groups.sizes[i].second, whole);
    }
    if (groups.sizes.size() > kMostGroups) {
      line(fmt::format("  and {} more", with_separators(groups.sizes.size() - kMostGroups)));
    }
    if (groups.without > 0) add_bar("(none)", groups.without, whole);
  }

  void add_load_report(const LoadReport& report) {
    heading("load report");
    row("rows read", count(report.rows_read));
    row("rows kept", count(report.rows_kept));
    for (const auto& [reason, rows] : report.filtered) row("left out", count(rows), printable(reason));
    for (const auto& [reason, dropped] : report.broken) {
      row("dropped", count(dropped.count), printable(reason));
      for (const SourcePlace& place : dropped.first_places)
        row("", padded("", kNumberWidth), "at " + printable(place.to_string()));
    }
    if (report.filtered.empty() && report.broken.empty()) row("dropped", count(0));
  }

  const DatasetDescription& description_;
  std::string text_;
};

}  // namespace

std::string to_text(const DatasetDescription& description, const LoadReport& report) {
  return Page(description).build(report);
}

}  // namespace recgauge
