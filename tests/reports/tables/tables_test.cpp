// Comparisons and trends as tables of text: numbers by hand, absent ones in words, hostile text harmless in each form.
#include <doctest/doctest.h>

#include "reports/tables/comparison_tables.h"
#include "reports/tables/trend_tables.h"

using namespace recgauge;
using namespace recgauge::reports;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

RunComparison comparison() {
  RunComparison c;
  c.reference = "house:ours";
  c.correction = "Holm over 1 comparisons";
  c.runs = {{"house", "house", "id", "house", "0.1.0", "2026-01-01", "", ""}};
  c.systems = {{"house:ours", "house", "ours", "ease", SystemRole::candidate, true},
               {"house:theirs", "house", "theirs", "ials", SystemRole::candidate, false}};
  Effect e;
  e.system = "house:theirs";
  e.label = "ndcg@10";
  e.metric = "ndcg(full)@10";
  e.slice = "all";
  e.value = 0.3;
  e.reference_value = 0.25;
  e.difference = 0.05;
  e.interval = statistics::Interval{0.02, 0.08, 0.95, "t"};
  e.relative_difference = 0.2;
  e.p_value = e.p_adjusted = 0.003;
  e.paired = true;
  e.n = 1200;
  e.wins = 600;
  e.ties = 200;
  e.losses = 400;
  e.outcome = EffectOutcome::better;
  c.effects = {e};
  SystemCost cost;
  cost.system = "house:ours";
  cost.requests = 1200;
  cost.training_seconds = 2.5;
  c.costs = {cost};
  return c;
}

}  // namespace

TEST_CASE("an effect is a row with its interval, and a cost that was not measured says so") {
  const std::string text = to_console(comparison_document(comparison()));
  CHECK(holds(text, "0.0500 [0.0200, 0.0800]"));
  CHECK(holds(text, "+20.0 %"));
  CHECK(holds(text, "600/200/400"));
  CHECK(holds(text, "1,200, paired"));
  CHECK(holds(text, "better"));
  CHECK(holds(text, "2.500"));
  CHECK(holds(text, "not measured  "));
}

TEST_CASE("slices and measures beyond the limit are counted, not shown") {
  RunComparison c = comparison();
  c.effects.push_back(c.effects[0]);
  c.effects[1].slice = "gender=F";
  c.effects.push_back(c.effects[0]);
  c.effects[2].metric = c.effects[2].label = "recall@10";
  const std::string text = to_console(comparison_document(c, 1));
  CHECK(holds(text, "2 more comparisons"));
  CHECK_FALSE(holds(text, "recall@10"));
}

TEST_CASE("hostile text is harmless in every form") {
  RunComparison c = comparison();
  c.effects[0].label = "<script>alert(1)</script>|\x1b[31m**b** @me";
  const TextDocument document = comparison_document(c);
  const std::string console = to_console(document);
  CHECK_FALSE(holds(console, "\x1b"));
  const std::string html = to_plain_html(document);
  CHECK_FALSE(holds(html, "<script>"));
  CHECK(holds(html, "&lt;script&gt;"));
  const std::string markdown = to_markdown(document);
  CHECK_FALSE(holds(markdown, "<script>"));
  CHECK_FALSE(holds(markdown, "**b**"));
}

TEST_CASE("a trend shows its change on the run that begins after it") {
  Trend trend;
  trend.measure = "ndcg@10";
  trend.series.resize(1);
  TrendSeries& series = trend.series[0];
  series.system = "ease";
  series.label = "ndcg@10";
  series.slice = "all";
  for (uint64_t run = 1; run <= 3; ++run) {
    TrendPoint point;
    point.run = run;
    point.value = run < 3 ? 0.3 : 0.2;
    series.points.push_back(point);
  }
  series.marks = {{2, 2, 3, 0.3, 0.2, 0.001, 0.05, "worse"}};
  const std::string text = to_console(trend_document(trend));
  CHECK(holds(text, "worse: 0.3000 to 0.2000, p 0.001"));
  series.marks.clear();
  CHECK(holds(to_markdown(trend_document(trend)), "No change is shown"));
}
