#include "reports/attestation/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "harness/system/error.h"
#include "harness/system/terminal_text.h"
#include "reports/attestation/strict_json.h"

namespace recgauge::attestation {
namespace {

using Json = nlohmann::ordered_json;
using Type = Json::value_t;

constexpr const char* kWhat = "the statement";

// By contract a report holds no secret; a statement that is handed on does not rely on it.
bool names_secret(std::string key) {
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::erase_if(key, [](char c) { return c == '_' || c == '-' || c == '.' || c == ' '; });
  constexpr std::array kEnds{"password", "passphrase", "secret", "apikey",        "token",
                             "bearer",   "privatekey", "cookie", "authorization", "credentials"};
  return std::any_of(kEnds.begin(), kEnds.end(), [&](const char* end) { return key.ends_with(end); });
}

Json public_parameters(const std::map<std::string, std::string>& parameters) {
  Json json = Json::object();
  for (const auto& [key, value] : parameters) json[key] = names_secret(key) ? "(left out)" : value;
  return json;
}

Json data_facts(const DataSummary& data) {
  Json files = Json::array();
  for (const NamedFile& file : data.origin.files) {
    files.push_back({{"name", file.name}, {"digest", {{"sha256", file.sha256}}}});
  }
  return {{"name", data.origin.name},
          {"loader", data.origin.loader},
          {"licence", data.origin.licence},
          {"content_hash", data.content_hash},
          {"files", std::move(files)}};
}

Json system_facts(const std::vector<SystemSummary>& systems) {
  Json json = Json::array();
  for (const SystemSummary& system : systems) {
    json.push_back({{"name", system.info.name},
                    {"kind", system.info.kind},
                    {"role", to_string(system.role)},
                    {"parameters", public_parameters(system.info.parameters)}});
  }
  return json;
}

Json suite_facts(const std::vector<SuiteResult>& suites) {
  Json json = Json::array();
  for (const SuiteResult& suite : suites) {
    json.push_back({{"name", suite.info.name}, {"version", suite.info.version}, {"measured", suite.measured}});
  }
  return json;
}

Json verdict_facts(const std::optional<Verdict>& verdict) {
  if (!verdict) return nullptr;
  return {{"status", to_string(verdict->status)},
          {"policy", verdict->policy},
          {"policy_sha256", sha256_hex(verdict->policy_definition)},
          {"baseline_run", verdict->baseline_run}};
}

Json started_time(const Report& report) {
  const std::optional<Moment> finished = finished_time(report);
  const auto total = report.timing.seconds.find("total");
  constexpr double kLongest = 1e10;
  if (!finished || total == report.timing.seconds.end()) return nullptr;
  if (!(total->second >= 0 && total->second < kLongest)) return nullptr;
  return format_utc(*finished - std::chrono::seconds(static_cast<int64_t>(std::ceil(total->second))));
}

Json to_json(const FileRecord& file) {
  return {{"name", file.name}, {"size", file.size}, {"chunk_size", file.chunk_size}, {"chunks", file.chunks}};
}

Json to_json(const std::vector<NotTested>& entries) {
  Json json = Json::array();
  for (const NotTested& entry : entries) {
    json.push_back({{"kind", to_string(entry.kind)}, {"what", entry.what}, {"why", entry.why}});
  }
  return json;
}

[[noreturn]] void complain(const std::string& problem) { throw DataError(fmt::format("{}: {}", kWhat, problem)); }

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_plain_name(const std::string& name) {
  const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  return !name.empty() && name.size() <= 255 && !control && name.find_first_of("/\\") == std::string::npos &&
         name != "." && name != ".." && name != kEnvelopeFile;
}

std::optional<Moment> time_member(const Json& predicate, const char* key) {
  const auto found = predicate.find(key);
  if (found == predicate.end() || found->is_null()) return std::nullopt;
  const std::optional<Moment> moment = parse_utc(string_member(predicate, key, kWhat));
  if (!moment) complain(fmt::format("'{}' is no time of the form 2026-01-31T12:00:00Z", key));
  return moment;
}

uint64_t count_member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) complain(fmt::format("'{}' is no whole number", key));
  return found->get<uint64_t>();
}

// The subject list is what in-toto tools check; ours adds size and chunks by name.
std::map<std::string, FileRecord> read_subjects(const Json& statement) {
  std::map<std::string, FileRecord> files;
  for (const Json& subject : member(statement, "subject", Type::array, kWhat)) {
    FileRecord file;
    file.name = string_member(subject, "name", kWhat);
    file.sha256 = string_member(member(subject, "digest", Type::object, kWhat), "sha256", kWhat);
    if (!is_plain_name(file.name)) complain("a subject's name is no plain file name");
    if (!is_sha256(file.sha256)) complain(fmt::format("the sha256 of {} is none", printable(file.name, 100)));
    if (!files.emplace(file.name, file).second) complain(fmt::format("{} stands twice", printable(file.name, 100)));
  }
  if (files.empty()) complain("names no files");
  return files;
}

void read_chunks(const Json& entry, FileRecord& file) {
  file.size = count_member(entry, "size");
  file.chunk_size = count_member(entry, "chunk_size");
  for (const Json& chunk : member(entry, "chunks", Type::array, kWhat)) {
    if (!chunk.is_string() || !is_sha256(chunk.get<std::string>())) complain("a chunk is no SHA-256");
    file.chunks.push_back(chunk.get<std::string>());
  }
  if (file.chunk_size == 0 || chunk_count(file.size, file.chunk_size) != file.chunks.size()) {
    complain(fmt::format("the chunks of {} do not make up its size", printable(file.name, 100)));
  }
}

std::vector<FileRecord> read_files(const Json& statement, const Json& predicate) {
  std::map<std::string, FileRecord> files = read_subjects(statement);
  std::set<std::string> seen;
  for (const Json& entry : member(predicate, "files", Type::array, kWhat)) {
    const auto found = files.find(string_member(entry, "name", kWhat));
    if (found == files.end()) complain("predicate.files names a file that is no subject");
    if (!seen.insert(found->first).second) complain("predicate.files names a file twice");
    read_chunks(entry, found->second);
  }
  if (seen.size() != files.size()) complain("predicate.files lacks a subject");
  std::vector<FileRecord> list;
  for (auto& [name, file] : files) list.push_back(std::move(file));
  return list;
}

// Without the order of keys, which means nothing in JSON.
using Unordered = nlohmann::json;

void compare(const Unordered& stated, const Unordered& found, const std::string& path,
             std::vector<std::string>& differences) {
  if (stated == found) return;
  if (stated.is_array() && found.is_array() && stated.size() == found.size()) {
    for (size_t i = 0; i < found.size(); ++i) {
      compare(stated[i], found[i], fmt::format("{}/{}", path, i), differences);
    }
    return;
  }
  if (!stated.is_object() || !found.is_object()) {
    differences.push_back(fmt::format("{}: the statement says {}, report.json says {}", printable(path, 200),
                                      printable(stated.dump(-1, ' ', true), 120),
                                      printable(found.dump(-1, ' ', true), 120)));
    return;
  }
  for (const auto& [key, value] : found.items()) {
    const auto at = stated.find(key);
    compare(at == stated.end() ? Unordered() : *at, value, path + "/" + key, differences);
  }
  for (const auto& [key, value] : stated.items()) {
    if (!found.contains(key)) compare(value, Unordered(), path + "/" + key, differences);
  }
}

}  // namespace

std::optional<Moment> finished_time(const Report& report) {
  const auto found = report.environment.facts.find("finished");
  return found == report.environment.facts.end() ? std::nullopt : parse_utc(found->second);
}

Json run_facts(const Report& report) {
  const std::optional<Moment> finished = finished_time(report);
  Json facts;
  facts["run_id"] = report.run_id;
  facts["name"] = report.name;
  facts["schema_version"] = report.schema_version;
  facts["started"] = started_time(report);
  facts["finished"] = finished ? Json(format_utc(*finished)) : Json();
  facts["config"] = {{"file", kConfigFile}, {"sha256", report.provenance.config_hash}};
  facts["seed"] = report.provenance.seed;
  facts["data"] = data_facts(report.data);
  facts["split"] = {{"kind", report.split.kind}, {"hashes", report.split.hashes}};
  facts["systems"] = system_facts(report.systems);
  facts["suites"] = suite_facts(report.suites);
  facts["verdict"] = verdict_facts(report.verdict);
  facts["tool"] = {{"name", "recgauge"},
                   {"version", report.provenance.tool_version},
                   {"libraries", report.provenance.library_versions}};
  return facts;
}

std::string make_statement(const Report& report, const std::vector<FileRecord>& files,
                           const Circumstances& circumstances) {
  Json statement;
  statement["_type"] = kStatementType;
  statement["subject"] = Json::array();
  Json predicate = run_facts(report);
  predicate["signed"] = format_utc(circumstances.signed_at);
  predicate["signed_with"] = {{"name", "recgauge"}, {"version", circumstances.tool_version}};
  predicate["not_tested"] = {{"frameworks_sha256", circumstances.frameworks_sha256},
                             {"entries", to_json(circumstances.not_tested)}};
  const bool observed =
      std::any_of(files.begin(), files.end(), [](const FileRecord& file) { return file.name == kObservationsFile; });
  predicate["observations"] = observed ? "in the bundle" : "left out";
  predicate["files"] = Json::array();
  for (const FileRecord& file : files) {
    statement["subject"].push_back({{"name", file.name}, {"digest", {{"sha256", file.sha256}}}});
    predicate["files"].push_back(to_json(file));
  }
  statement["predicateType"] = kPredicateType;
  statement["predicate"] = std::move(predicate);
  return statement.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Statement parse_statement(std::string_view text) {
  const Json json = parse_strict_json(text, kWhat);
  if (string_member(json, "_type", kWhat) != kStatementType)
    complain(fmt::format("is not of the type {}", kStatementType));
  if (string_member(json, "predicateType", kWhat) != kPredicateType) {
    complain(fmt::format("its predicate is not of the type {}", kPredicateType));
  }
  Statement statement;
  statement.predicate = member(json, "predicate", Type::object, kWhat);
  statement.files = read_files(json, statement.predicate);
  statement.run_id = string_member(statement.predicate, "run_id", kWhat);
  statement.started = time_member(statement.predicate, "started");
  statement.finished = time_member(statement.predicate, "finished");
  const std::optional<Moment> signed_at = time_member(statement.predicate, "signed");
  if (!signed_at) complain("does not say when it was signed");
  statement.signed_at = *signed_at;
  return statement;
}

std::vector<std::string> disagreements(const Statement& statement, const Report& report) {
  std::vector<std::string> differences;
  // Written and read again, so that both sides went through the same repair of broken UTF-8.
  const auto facts = Unordered::parse(run_facts(report).dump(-1, ' ', false, Json::error_handler_t::replace));
  const auto predicate = Unordered::parse(statement.predicate.dump());
  for (const auto& [key, value] : facts.items()) {
    const auto stated = predicate.find(key);
    compare(stated == predicate.end() ? Unordered() : *stated, value, key, differences);
  }
  return differences;
}

}  // namespace recgauge::attestation
