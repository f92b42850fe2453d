#include "adapters/http/mapping/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "harness/system/terminal_text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

void flatten(const Json& value, std::vector<const Json*>& leaves) {
  if (!value.is_array()) {
    leaves.push_back(&value);
    return;
  }
  for (const Json& element : value) flatten(element, leaves);  // depth is bounded by read_hostile_json()
}

std::string shown(const std::string& path) { return path.empty() ? "the answer" : path; }

/// Reads the rows of one answer. The first problem ends it.
class RowReader {
 public:
  RowReader(const Operation& operation, const Json& document, const AnswerContext& context, Answer& answer)
      : config_(operation.config.extract),
        paths_(operation.extract),
        document_(document),
        context_(context),
        answer_(answer) {}

  std::string read() {
    switch (config_.shape) {
      case RowShape::objects:
        read_objects();
        break;
      case RowShape::parallel:
        read_parallel();
        break;
      case RowShape::index:
        read_index();
        break;
      case RowShape::dense:
        read_dense();
        break;
    }
    if (problem_.empty()) finish();
    return problem_;
  }

 private:
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  // All rows that the pointer leads to: of several arrays one after another.
  std::vector<const Json*> rows() {
    std::vector<const Json*> result;
    const std::vector<const Json*> arrays = paths_.rows.all(document_);
    if (arrays.empty() && !paths_.rows.is_optional()) fail("there is no list at " + shown(paths_.rows.text()));
    for (const Json* array : arrays) {
      if (array->is_null() && paths_.rows.is_optional()) continue;
      if (!array->is_array()) {
        fail(shown(paths_.rows.text()) + " is no list");
        return {};
      }
      for (const Json& row : *array) result.push_back(&row);
    }
    return result;
  }

  void read_objects() {
    for (const Json* row : rows()) {
      if (!problem_.empty()) return;
      const Json* id = paths_.id.first(*row);
      if ((id == nullptr || id->is_null()) && paths_.id.is_optional()) continue;
      add(id, paths_.score ? paths_.score->first(*row) : nullptr, note_of(*row));
    }
  }

  std::string note_of(const Json& row) const {
    const Json* note = paths_.note ? paths_.note->first(row) : nullptr;
    if (note == nullptr || note->is_null()) return "";
    return printable(note->is_array() && !note->empty() ? text_of(note->front()) : text_of(*note), 100);
  }

  void add(const Json* id, const Json* score, std::string note) {
    Row row{"", std::nullopt, std::move(note)};
    if (id == nullptr || !(id->is_string() || id->is_number_integer())) {
      return fail(fmt::format("row {} has no id at '{}' that is text or a whole number", answer_.rows.size() + 1,
                              config_.shape == RowShape::parallel ? config_.ids : config_.id));
    }
    row.id = text_of(*id);
    if (!config_.split.empty()) {
      split(row);
    } else {
      row.score = number(score, paths_.score && !paths_.score->is_optional());
    }
    answer_.rows.push_back(std::move(row));
  }

  std::optional<double> number(const Json* value, bool required) {
    if (value != nullptr && value->is_number()) return value->get<double>();
    const bool absent = value == nullptr || value->is_null();
    if (!absent || required) fail(fmt::format("row {} has no score that is a number", answer_.rows.size() + 1));
    return std::nullopt;
  }

  void split(Row& row) {
    std::vector<std::string> fields;
    for (size_t begin = 0; begin <= row.id.size();) {
      const size_t end = std::min(row.id.find(config_.split, begin), row.id.size());
      fields.push_back(row.id.substr(begin, end - begin));
      begin = end + config_.split.size();
    }
    const uint32_t last = std::max(config_.id_field, config_.score_field.value_or(0));
    if (last >= fields.size()) {
      return fail(
          fmt::format("row {} has {} fields, field {} is needed", answer_.rows.size() + 1, fields.size(), last));
    }
    row.id = fields[config_.id_field];
    if (!config_.score_field) return;
    const Json score = Json::parse(fields[*config_.score_field], nullptr, false);
    row.score = number(&score, true);
  }

  std::vector<const Json*> leaves(const JsonPath& path) {
    std::vector<const Json*> result;
    const std::vector<const Json*> found = path.all(document_);
    if (found.empty() && !path.is_optional()) fail("there is no list at " + shown(path.text()));
    for (const Json* value : found) {
      if (!value->is_array() && !(value->is_null() && path.is_optional())) fail(shown(path.text()) + " is no list");
      if (value->is_array()) flatten(*value, result);
    }
    return result;
  }

  void read_parallel() {
    const std::vector<const Json*> ids = leaves(paths_.ids);
    const std::vector<const Json*> scores = paths_.scores ? leaves(*paths_.scores) : std::vector<const Json*>{};
    if (!scores.empty() && scores.size() != ids.size()) {
      return fail(fmt::format("{} ids and {} scores", ids.size(), scores.size()));
    }
    for (size_t i = 0; i < ids.size() && problem_.empty(); ++i) {
      add(ids[i], nullptr, "");
      if (!scores.empty() && problem_.empty()) answer_.rows.back().score = number(scores[i], false);
    }
  }

  void read_index() {
    for (const Json* row : rows()) {
      const Json* index = paths_.index.first(*row);
      const bool fits =
          index != nullptr && index->is_number_unsigned() && index->get<uint64_t>() < context_.candidates.size();
      if (!fits) {
        return fail(fmt::format("row {} has no index of one of the {} candidates", answer_.rows.size() + 1,
                                context_.candidates.size()));
      }
      const Json name = context_.candidates[index->get<size_t>()];
      add(&name, paths_.score ? paths_.score->first(*row) : nullptr, "");
      if (!problem_.empty()) return;
    }
  }

  void read_dense() {
    const std::vector<const Json*> scores = leaves(*paths_.scores);
    const std::vector<std::string>& names =
        config_.align == Alignment::candidates || context_.items == nullptr ? context_.candidates : context_.items->ids;
    if (problem_.empty() && scores.size() != names.size()) {
      fail(fmt::format("{} scores for {} items", scores.size(), names.size()));
    }
    for (size_t i = 0; i < scores.size() && problem_.empty(); ++i) {
      if (scores[i]->is_number()) {
        answer_.rows.push_back({names[i], scores[i]->get<double>(), ""});
      } else if (scores[i]->is_null()) {
        ++answer_.without_number;
      } else {
        fail(fmt::format("score {} is no number", i + 1));
      }
    }
  }

  void finish() {
    sort();
    for (Row& row : answer_.rows) {
      if (row.score) row.score = transformed(*row.score);
      if (row.score && !std::isfinite(*row.score)) row.score.reset();
      trim(row.id);
    }
    if (answer_.rows.size() > context_.k) {
      answer_.beyond_k = static_cast<uint32_t>(answer_.rows.size() - context_.k);
      answer_.rows.resize(context_.k);
    }
    count();
  }

  void sort() {
    const bool dense = config_.shape == RowShape::dense;
    const RowOrder order = dense && config_.order == RowOrder::as_given ? RowOrder::by_score_desc : config_.order;
    if (order == RowOrder::as_given) return;
    const bool ascending = order == RowOrder::by_score_asc;
    // Rows without a score stand last, ties keep the order of the answer, and what is beyond k is only counted.
    std::vector<uint32_t> places(answer_.rows.size());
    std::iota(places.begin(), places.end(), 0U);
    const auto first = std::min<size_t>(context_.k, places.size());
    std::partial_sort(places.begin(), places.begin() + static_cast<ptrdiff_t>(first), places.end(),
                      [&](uint32_t i, uint32_t j) {
                        const std::optional<double>& a = answer_.rows[i].score;
                        const std::optional<double>& b = answer_.rows[j].score;
                        if (a == b) return i < j;
                        if (!a || !b) return a.has_value();
                        return ascending ? *a < *b : *a > *b;
                      });
    std::vector<Row> sorted;
    sorted.reserve(places.size());
    for (const uint32_t place : places) sorted.push_back(std::move(answer_.rows[place]));
    answer_.rows = std::move(sorted);
  }

  double transformed(double score) const {
    if (config_.score_transform == ScoreTransform::negate) return -score;
    if (config_.score_transform == ScoreTransform::reciprocal) return 1.0 / (1.0 + score);
    return score;
  }

  void trim(std::string& id) const {
    if (!config_.strip_prefix.empty() && id.starts_with(config_.strip_prefix)) id.erase(0, config_.strip_prefix.size());
    if (config_.last_after.empty()) return;
    const size_t at = id.rfind(config_.last_after);
    if (at != std::string::npos) id.erase(0, at + config_.last_after.size());
  }

  void count() {
    std::set<std::string_view> seen;
    for (size_t i = 0; i < answer_.rows.size(); ++i) {
      const Row& row = answer_.rows[i];
      if (!seen.insert(row.id).second) ++answer_.duplicates;
      if (i > 0 && row.score && answer_.rows[i - 1].score == row.score) ++answer_.ties;
    }
  }

  const ExtractConfig& config_;
  const CompiledExtract& paths_;
  const Json& document_;
  const AnswerContext& context_;
  Answer& answer_;
  std::string problem_;
};

}  // namespace

std::string read_rows(const Operation& operation, const Json& document, const AnswerContext& context, Answer& answer) {
  return RowReader(operation, document, context, answer).read();
}

}  // namespace recgauge::adapters
