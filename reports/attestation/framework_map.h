// Which findings are evidence relevant to which article of which framework: a data file that a reviewer can edit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/system/error.h"

namespace recgauge::attestation {

/// What a report holds beside findings.
enum class RecordKind : uint8_t {
  none,
  data,         ///< origin, hashes, loading, known issues
  split,        ///< kind, leakage audit, candidates
  systems,      ///< what was asked, and how it answered
  gates,        ///< verdict of a policy
  calibration,  ///< false alarms and power of the probes
  provenance,   ///< versions, configuration, seed
  not_tested,   ///< points to the section of that name
};

/// One kind of evidence: either findings by id, or a record.
struct EvidenceRule {
  SourcePlace place;
  /// A pattern for the beginning of finding ids, in which '*' stands for any text: "bias/", "accuracy/*-ties".
  std::string findings;
  RecordKind record = RecordKind::none;
  std::string why;  ///< in which respect it is relevant
};

struct FrameworkItem {
  SourcePlace place;
  std::string id;       ///< "Art. 34(1)(b)", "MEASURE 2.11"
  std::string title;    ///< what it is about
  std::string summary;  ///< in our words; the text of the framework decides
  std::vector<EvidenceRule> evidence;
  std::string outside;  ///< what no measurement of this tool can show
};

struct Framework {
  std::string id;  ///< "dsa"
  std::string title;
  std::string source;
  std::string note;  ///< to whom it applies, and how the mapping is meant
  std::vector<FrameworkItem> items;
};

/// A suite that could have run.
struct KnownSuite {
  std::string name;
  std::string question;
};

/// A part that the data may or may not have, told by the slices that were measured.
struct DataPart {
  std::string name;                     ///< "attributes of users"
  std::vector<std::string> slices;      ///< patterns, as in EvidenceRule; empty for every slice but "all"
  std::vector<std::string> not_slices;  ///< patterns of slices that do not count
  std::string absent;                   ///< what could not be told without it
};

struct FrameworkMap {
  uint32_t version = 1;
  std::vector<KnownSuite> suites;
  std::vector<DataPart> data_parts;
  std::vector<Framework> frameworks;
  std::string sha256;  ///< of the text that it was read from
};

/// Reads YAML. Throws ConfigError with file, line, column and the remedy.
FrameworkMap parse_framework_map(const std::string& text, const std::string& file);

/// Text of the map that the program carries (reports/attestation/frameworks.yaml).
std::string_view embedded_framework_text();
FrameworkMap embedded_framework_map();

/// Whether `text` begins with `pattern`, in which '*' stands for any text.
bool begins_like(std::string_view text, std::string_view pattern);

}  // namespace recgauge::attestation
