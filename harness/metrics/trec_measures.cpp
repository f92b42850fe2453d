// The measures of trec_eval, each in its own few lines, and the table of their names.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/metrics/average_precision.h"
#include "harness/metrics/trec_judged_ranking.h"
#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

struct FamilyEntry {
  std::string_view name;
  TrecFamily family;
  std::vector<double> parameters;  // trec_eval's defaults; empty if the family takes none
  int digits = 0;                  // after the decimal point of a parameter in the measure's name
};

std::vector<FamilyEntry> families() {
  const std::vector<double> cutoffs{5, 10, 15, 20, 30, 100, 200, 500, 1000};
  using enum TrecFamily;
  return {{"num_q", num_q, {}},
          {"num_ret", num_ret, {}},
          {"num_rel", num_rel, {}},
          {"num_rel_ret", num_rel_ret, {}},
          {"map", map, {}},
          {"gm_map", gm_map, {}},
          {"Rprec", r_prec, {}},
          {"bpref", bpref, {}},
          {"recip_rank", recip_rank, {}},
          {"iprec_at_recall", iprec_at_recall, {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1}, 2},
          {"P", p, cutoffs},
          {"recall", recall, cutoffs},
          {"infAP", inf_ap, {}},
          {"gm_bpref", gm_bpref, {}},
          {"Rprec_mult", r_prec_mult, {.2, .4, .6, .8, 1, 1.2, 1.4, 1.6, 1.8, 2}, 2},
          {"utility", utility, {}},
          {"11pt_avg", eleven_point_average, {}},
          {"ndcg", ndcg, {}},
          {"ndcg_cut", ndcg_cut, cutoffs},
          {"map_cut", map_cut, cutoffs},
          {"relative_P", relative_p, cutoffs},
          {"success", success, {1, 5, 10}},
          {"set_P", set_p, {}},
          {"set_relative_P", set_relative_p, {}},
          {"set_recall", set_recall, {}},
          {"set_map", set_map, {}},
          {"set_F", set_f, {}},
          {"num_nonrel_judged_ret", num_nonrel_judged_ret, {}},
          {"unj", unj, {5, 10, 20}}};
}

TrecMeasure measure_of(const FamilyEntry& entry, double parameter) {
  return {entry.parameters.empty() ? std::string(entry.name)
                                   : fmt::format("{}_{:.{}f}", entry.name, parameter, entry.digits),
          entry.family, parameter};
}

// The parameter that `name` adds to the family's name, as in P_10, or NaN.
double parameter_in(const std::string& name, const FamilyEntry& entry) {
  double value = std::nan("");
  if (entry.parameters.empty() || name.size() < entry.name.size() + 2 || !name.starts_with(entry.name)) return value;
  const char* end = name.data() + name.size();
  if (name[entry.name.size()] != '_') return value;
  const auto [stop, error] = std::from_chars(name.data() + entry.name.size() + 1, end, value);
  const bool whole = entry.digits > 0 || (value >= 1 && value == std::floor(value));
  return error == std::errc{} && stop == end && value >= 0 && whole ? value : std::nan("");
}

void append_measures(const std::string& name, std::vector<TrecMeasure>& measures) {
  std::vector<std::string_view> known{"all_trec"};
  for (const FamilyEntry& entry : families()) {
    known.push_back(entry.name);
    if (name == entry.name || name == "all_trec") {
      if (entry.parameters.empty()) measures.push_back(measure_of(entry, 0));
      for (const double parameter : entry.parameters) measures.push_back(measure_of(entry, parameter));
      if (name == entry.name) return;
    } else if (const double parameter = parameter_in(name, entry); !std::isnan(parameter)) {
      measures.push_back(measure_of(entry, parameter));
      return;
    }
  }
  if (name == "all_trec") return;
  throw ConfigError(fmt::format("unknown trec_eval measure '{}'; did you mean '{}'?", name, nearest_word(name, known)));
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

std::span<const uint32_t> hits_within(const TrecJudgedRanking& ranking, double k) {
  return std::span(ranking.hits).first(ranking.hits_within(k));
}

// DCG over the first k, gains linear in relevance, divided by that of all relevant documents in descending order.
double ndcg(const TrecJudgedRanking& ranking, double k) {
  double sum = 0.0;
  for (const uint32_t hit : hits_within(ranking, k)) sum += ranking.relevance[hit] * ranking.discounts[hit];
  double ideal = 0.0;
  const auto length = static_cast<size_t>(std::min(k, ranking.relevant()));
  for (size_t i = 0; i < length; ++i) ideal += ranking.ideal_relevance[i] * ranking.discounts[i];
  return share(sum, ideal);
}

// Of the preferences "relevant above judged nonrelevant", over the first R nonrelevant ones, the share that holds.
double bpref(const TrecJudgedRanking& ranking) {
  const double relevant = ranking.relevant();
  const double bound = std::min(relevant, static_cast<double>(ranking.judged_nonrelevant));
  double nonrelevant_so_far = 0.0;
  double sum = 0.0;
  for (const int32_t relevance : ranking.relevance) {
    if (relevance == 0) ++nonrelevant_so_far;
    if (relevance > 0) sum += 1.0 - share(std::min(nonrelevant_so_far, relevant), bound);
  }
  return share(sum, relevant);
}

// Average precision as expected if the judged documents are a random part of the pool (Yilmaz & Aslam 2006).
double inferred_average_precision(const TrecJudgedRanking& ranking) {
  constexpr double kEpsilon = 0.00001;
  double relevant = 0.0;
  double nonrelevant = 0.0;
  double unjudged = 0.0;
  double sum = 0.0;
  for (size_t position = 0; position < ranking.relevance.size(); ++position) {
    const int32_t relevance = ranking.relevance[position];
    if (relevance == kTrecNotJudged) ++unjudged;
    if (relevance == 0) ++nonrelevant;
    if (relevance <= 0) continue;
    const double above = static_cast<double>(position);
    sum += 1.0 / (above + 1.0);
    if (position > 0) {
      sum += (relevant + nonrelevant + unjudged) / (above + 1.0) * (relevant + kEpsilon) /
             (relevant + nonrelevant + 2.0 * kEpsilon);
    }
    ++relevant;
  }
  return share(sum, ranking.relevant());
}

// The highest precision at any rank from that of the n-th hit on, n the given share of R; 0 if that is never reached.
double interpolated_precision(const TrecJudgedRanking& ranking, double recall_level) {
  // Rounded to the nearest hit, as trec_eval does since version 10; before, it rounded up from a tenth on.
  const auto wanted = static_cast<size_t>(std::lround(recall_level * ranking.relevant()));
  double best = 0.0;
  for (size_t hit = std::max<size_t>(wanted, 1); hit <= ranking.hits.size(); ++hit) {
    best = std::max(best, static_cast<double>(hit) / (static_cast<double>(ranking.hits[hit - 1]) + 1.0));
  }
  return best;
}

double eleven_point_average(const TrecJudgedRanking& ranking) {
  double sum = 0.0;
  for (int level = 0; level <= 10; ++level) sum += interpolated_precision(ranking, level / 10.0);
  return sum / 11.0;
}

double unjudged_within(const TrecJudgedRanking& ranking, double k) {
  const auto length = std::min(static_cast<size_t>(k), ranking.relevance.size());
  const auto end = ranking.relevance.begin() + static_cast<std::ptrdiff_t>(length);
  return static_cast<double>(std::count_if(ranking.relevance.begin(), end, [](int32_t r) { return r < 0; })) / k;
}

double set_f(const TrecJudgedRanking& ranking) {
  return share(2.0 * ranking.relevant_retrieved(), ranking.retrieved() + ranking.relevant());
}

}  // namespace

std::vector<TrecMeasure> parse_trec_measures(std::span<const std::string> names) {
  std::vector<TrecMeasure> measures;
  for (const std::string& name : names) append_measures(name, measures);
  return measures;
}

size_t TrecJudgedRanking::hits_within(double k) const {
  return static_cast<size_t>(std::lower_bound(hits.begin(), hits.end(), k) - hits.begin());
}

double trec_value(const TrecMeasure& measure, const TrecJudgedRanking& ranking) {
  const double k = measure.parameter;
  const double relevant = ranking.relevant();
  const double retrieved = ranking.retrieved();
  const double hits = ranking.relevant_retrieved();
  const auto within = [&](double depth) { return static_cast<double>(ranking.hits_within(depth)); };
  switch (measure.family) {
    case TrecFamily::num_q:
      return 1.0;
    case TrecFamily::num_ret:
      return retrieved;
    case TrecFamily::num_rel:
      return relevant;
    case TrecFamily::num_rel_ret:
      return hits;
    case TrecFamily::num_nonrel_judged_ret:
      return static_cast<double>(std::count(ranking.relevance.begin(), ranking.relevance.end(), 0));
    case TrecFamily::map:
    case TrecFamily::gm_map:
      return share(precision_sum(ranking.hits), relevant);
    case TrecFamily::map_cut:
      return share(precision_sum(hits_within(ranking, k)), relevant);
    case TrecFamily::r_prec:
      return share(within(relevant), relevant);
    case TrecFamily::r_prec_mult: {
      const double depth = std::floor(k * relevant + 0.9);
      return share(within(depth), depth);
    }
    case TrecFamily::bpref:
    case TrecFamily::gm_bpref:
      return bpref(ranking);
    case TrecFamily::recip_rank:
      return ranking.hits.empty() ? 0.0 : 1.0 / (ranking.hits[0] + 1.0);
    case TrecFamily::inf_ap:
      return inferred_average_precision(ranking);
    case TrecFamily::ndcg:
      return ndcg(ranking, std::max(retrieved, relevant));
    case TrecFamily::ndcg_cut:
      return ndcg(ranking, k);
    case TrecFamily::utility:
      return hits - (retrieved - hits);
    case TrecFamily::eleven_point_average:
      return eleven_point_average(ranking);
    case TrecFamily::iprec_at_recall:
      return interpolated_precision(ranking, k);
    case TrecFamily::set_p:
      return share(hits, retrieved);
    case TrecFamily::set_relative_p:
      return share(hits, std::min(retrieved, relevant));
    case TrecFamily::set_recall:
      return share(hits, relevant);
    case TrecFamily::set_map:
      return share(hits * hits, retrieved * relevant);
    case TrecFamily::set_f:
      return set_f(ranking);
    case TrecFamily::p:
      return within(k) / k;
    case TrecFamily::recall:
      return share(within(k), relevant);
    case TrecFamily::relative_p:
      return share(within(k), std::min(k, relevant));
    case TrecFamily::success:
      return within(k) > 0 ? 1.0 : 0.0;
    case TrecFamily::unj:
      return unjudged_within(ranking, k);
  }
  return 0.0;
}

}  // namespace recgauge::metrics
