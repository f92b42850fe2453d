// What a configuration says about how an endpoint is spoken to: operations, each with a request's template and a
// reading of its answer. Plain values; Mapping is what they become.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/protocol/request.h"

namespace recgauge::adapters {

enum class RowShape : uint8_t {
  objects,   ///< an array of rows, each with id and perhaps score
  parallel,  ///< an array of ids and one of scores
  index,     ///< rows that name candidates by their position in the request
  dense,     ///< one score for each candidate, or each item of the items file
};

enum class ScoreTransform : uint8_t { none, negate, reciprocal };
enum class RowOrder : uint8_t { as_given, by_score_desc, by_score_asc };
enum class Alignment : uint8_t { candidates, items_file };
enum class ContentType : uint8_t { json, any };
enum class NanTokens : uint8_t { refused, as_null };
enum class Effects : uint8_t { read, writes_feedback };
enum class PageKind : uint8_t { none, offset, cursor, next_call };

/// Something that holds of an answer: all of what is named must hold.
struct Condition {
  std::vector<uint32_t> status;   ///< one of these
  std::string header;             ///< the text that is compared is this header's
  std::optional<std::string> at;  ///< or what is there in the body
  std::optional<std::string> equals;
  std::optional<std::string> starts_with;
  std::optional<std::string> contains;
  std::optional<double> above;
  std::optional<bool> exists;
  SourcePlace place;
};

/// What an answer with an error means; the first rule that holds counts.
struct ErrorRule {
  Condition when;
  Outcome outcome = Outcome::refused;
  bool retry = false;
  bool success = false;  ///< no error after all (an event that is known already)
};

struct AcceptConfig {
  std::vector<uint32_t> status{200};
  ContentType content_type = ContentType::json;
  NanTokens nan_tokens = NanTokens::refused;
  std::vector<Condition> require;
  std::vector<Condition> reject;
  std::vector<Condition> partial;
  std::vector<Condition> refusal;
};

struct ExtractConfig {
  RowShape shape = RowShape::objects;
  std::string text;  ///< path to a text that holds the JSON to read
  std::string rows;
  std::string id;
  std::string score;
  std::string note;
  std::string index;
  std::string ids;
  std::string scores;
  std::string split;
  uint32_t id_field = 0;
  std::optional<uint32_t> score_field;
  Alignment align = Alignment::candidates;
  ScoreTransform score_transform = ScoreTransform::none;
  RowOrder order = RowOrder::as_given;
  std::string strip_prefix;
  std::string last_after;
  std::map<std::string, std::string> trace;
  SourcePlace place;
};

struct BatchConfig {
  uint32_t max = 1;
  std::string path;
  std::string member_path;
  ConfigNode body;
  std::string members;
  std::string status;
  std::string answer;
  SourcePlace place;
};

struct PageConfig {
  PageKind kind = PageKind::none;
  uint32_t size = 0;
  std::string operation;
};

struct OperationConfig {
  std::vector<std::string> base;
  std::string method = "POST";
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;
  ConfigNode body;
  Effects effects = Effects::read;
  std::optional<bool> repeatable;
  AcceptConfig ok;
  ExtractConfig extract;
  std::vector<uint32_t> retry_status{429, 500, 502, 503, 504};
  std::vector<ErrorRule> errors;
  std::optional<BatchConfig> batch;
  PageConfig page;
  std::map<std::string, std::string> kinds;
  uint32_t events_per_request = 1;
  std::string before;
  SourcePlace place;
};

struct MappingConfig {
  uint32_t version = 1;
  std::string name;
  std::string description;
  std::string source;
  std::vector<std::string> base;
  ConfigNode constants;
  std::map<std::string, std::string> needs;
  std::map<std::string, std::string> headers;
  ConfigNode auth;
  bool unencrypted = false;
  ConfigNode operations;
  std::string items_file;
  SourcePlace place;
};

template <typename V>
void visit(V& v, Condition& c) {
  v.value("status", c.status, "the answer has one of these status codes");
  v.value("header", c.header, "the header whose value is compared, in lower case");
  v.value("at", c.at, "JSON Pointer of the value that is compared");
  v.value("equals", c.equals, "the value is this text (or number, true, false, null)");
  v.value("starts_with", c.starts_with, "the value begins with this text");
  v.value("contains", c.contains, "the value holds this text");
  v.value("above", c.above, "the value is a number greater than this");
  v.value("exists", c.exists, "whether there is such a value at all");
  v.place(c.place);
}

template <typename V>
void visit(V& v, ErrorRule& c) {
  visit(v, c.when);
  v.choice("outcome", c.outcome,
           {{"refused", Outcome::refused},
            {"rate_limited", Outcome::rate_limited},
            {"timeout", Outcome::timeout},
            {"malformed", Outcome::malformed},
            {"transport_error", Outcome::transport_error}},
           "what the request ends as");
  v.value("retry", c.retry, "whether the same request may succeed a little later");
  v.value("success", c.success, "whether this is no error after all");
}

template <typename V>
void visit(V& v, AcceptConfig& c) {
  v.value("status", c.status, "status codes of an answer that is read");
  v.choice("content_type", c.content_type, {{"json", ContentType::json}, {"any", ContentType::any}},
           "whether an answer that says it is no JSON is read all the same");
  v.choice("nan_tokens", c.nan_tokens, {{"refused", NanTokens::refused}, {"as_null", NanTokens::as_null}},
           "bare NaN and Infinity, which are no JSON");
  v.list("require", c.require, "an answer of which one of these does not hold is malformed");
  v.list("reject", c.reject, "an answer of which one of these holds is malformed");
  v.list("partial", c.partial, "an answer of which one of these holds is incomplete, though read");
  v.list("refusal", c.refusal, "an answer of which one of these holds declines to recommend");
}

template <typename V>
void visit(V& v, ExtractConfig& c) {
  v.choice("shape", c.shape,
           {{"objects", RowShape::objects},
            {"parallel", RowShape::parallel},
            {"index", RowShape::index},
            {"dense", RowShape::dense}},
           "how rows are written");
  v.value("text", c.text, "JSON Pointer of a text that holds the JSON to read");
  v.value("rows", c.rows, "objects, index: JSON Pointer of the array of rows");
  v.value("id", c.id, "objects: pointer of the id within a row; empty for the row itself");
  v.value("score", c.score, "objects, index: pointer of the score within a row; '?' at the end: it may be absent");
  v.value("note", c.note, "objects: pointer of a remark on a row, for example why it was filled in");
  v.value("index", c.index, "index: pointer of the candidate's position within a row");
  v.value("ids", c.ids, "parallel: pointer of the array of ids");
  v.value("scores", c.scores, "parallel, dense: pointer of the array of scores");
  v.value("split", c.split, "ids are texts of several fields with this between them");
  v.value("id_field", c.id_field, "split: number of the field that is the id, from 0");
  v.value("score_field", c.score_field, "split: number of the field that is the score, from 0");
  v.choice("align", c.align, {{"candidates", Alignment::candidates}, {"items_file", Alignment::items_file}},
           "dense: what the scores are for");
  v.choice(
      "score_transform", c.score_transform,
      {{"none", ScoreTransform::none}, {"negate", ScoreTransform::negate}, {"reciprocal", ScoreTransform::reciprocal}},
      "what makes of a distance a score");
  v.choice("order", c.order,
           {{"as-given", RowOrder::as_given},
            {"by-score-desc", RowOrder::by_score_desc},
            {"by-score-asc", RowOrder::by_score_asc}},
           "order of the list, by the scores as they are sent; ties keep the order of the answer");
  v.value("strip_prefix", c.strip_prefix, "text that ids begin with and that is no part of them");
  v.value("last_after", c.last_after, "ids are what stands after the last of these");
  v.value("trace", c.trace, "names of values to keep, with their pointers; recommendation_id links feedback to a list");
  v.place(c.place);
}

template <typename V>
void visit(V& v, BatchConfig& c) {
  v.value("max", c.max, "most requests in one", {1.0, 100000.0, {}, false});
  v.value("path", c.path, "path of the batch's address", {{}, {}, {}, true});
  v.value("member_path", c.member_path, "path of one request within the batch");
  v.subtree("body", c.body, "template; 'requests' holds method, path and body of each");
  v.value("members", c.members, "JSON Pointer of the array of answers, in the order of the requests");
  v.value("status", c.status, "pointer of the status code within an answer of the array");
  v.value("answer", c.answer, "pointer of what is read within an answer of the array");
  v.place(c.place);
}

template <typename V>
void visit(V& v, PageConfig& c) {
  v.choice("kind", c.kind,
           {{"none", PageKind::none},
            {"offset", PageKind::offset},
            {"cursor", PageKind::cursor},
            {"next-call", PageKind::next_call}},
           "how a list beyond the first page is asked for");
  v.value("size", c.size, "most items of one answer; 0 where there is no limit");
  v.value("operation", c.operation, "next-call: the operation that asks for more; it may name what was traced");
}

template <typename V>
void visit(V& v, OperationConfig& c) {
  v.value("base", c.base, "addresses instead of the endpoint's");
  v.value("method", c.method, "of the request", {{}, {}, {"GET", "POST", "PUT"}, false});
  v.value("path", c.path, "template; values are percent-encoded", {{}, {}, {}, true});
  v.value("query", c.query, "parameters and their templates; one whose optional value is absent is left out");
  v.value("headers", c.headers, "headers and their templates");
  v.subtree("body", c.body, "template of the JSON body; absent for none");
  v.choice("effects", c.effects, {{"read", Effects::read}, {"writes-feedback", Effects::writes_feedback}},
           "whether the endpoint remembers what it is sent");
  v.value("repeatable", c.repeatable, "whether sending it twice is as sending it once; absent: what is read, is");
  v.object("ok", c.ok, "which answers are read");
  v.object("extract", c.extract, "where the list is in an answer");
  v.value("retry_status", c.retry_status, "status codes after which the same request may succeed");
  v.list("errors", c.errors, "what errors mean; the first rule that holds counts");
  v.object("batch", c.batch, "several requests in one");
  v.object("page", c.page, "lists beyond one answer");
  v.value("kinds", c.kinds,
          "feedback: names of impression, click, consume, skip, rating; what is not named is not sent");
  v.value("events_per_request", c.events_per_request, "feedback: most events in one request",
          {1.0, 100000.0, {}, false});
  v.value("before", c.before, "feedback: the operation that posts the shown list first");
  v.place(c.place);
}

template <typename V>
void visit(V& v, MappingConfig& c) {
  v.value("version", c.version, "of this format", {1.0, 1.0, {}, false});
  v.value("name", c.name, "of the endpoint's kind");
  v.value("description", c.description, "one sentence");
  v.value("source", c.source, "where the protocol is described");
  v.value("base", c.base, "addresses, tried in this order; they may name constants");
  v.subtree("constants", c.constants, "values that all templates may name");
  v.value("needs", c.needs, "constants without which an operation that names them is left out, and what they are");
  v.value("headers", c.headers, "headers of every request");
  v.subtree("auth", c.auth, "credentials");
  v.value("unencrypted", c.unencrypted,
          "whether credentials may go over plain http to another machine; only for a network that is trusted");
  v.subtree("operations", c.operations, "recommend, rank, feedback and those that they call, by name");
  v.value("items_file", c.items_file, "text file of item ids, one a line, in the order of the model's output");
  v.place(c.place);
}

/// `base` with the keys of `over` written over it: maps key by key, all else as a whole. A key without a value removes
/// what `base` has; credentials of another kind replace the whole of theirs.
ConfigNode merged(const ConfigNode& base, const ConfigNode& over);

}  // namespace recgauge::adapters
