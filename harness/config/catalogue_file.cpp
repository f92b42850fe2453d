#include "harness/config/catalogue_file.h"

#include <set>

#include "harness/config/config_visitor.h"
#include "harness/data/loaders/data_source.h"

namespace recgauge {
namespace {

struct FileKeys {
  SourcePlace place;
  RemoteFile file;
  std::string md5;
  std::string sha256;
};

struct EntryKeys {
  SourcePlace place;
  DatasetEntry entry;
  std::vector<FileKeys> files;
};

struct CatalogueKeys {
  std::vector<EntryKeys> datasets;
};

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const DataPreset& preset : data_presets()) names.push_back(preset.name);
  return names;
}

template <typename V>
void visit(V& v, FileKeys& k) {
  v.place(k.place);
  v.value("url", k.file.url, "http or https address", {{}, {}, {}, true});
  v.value("md5", k.md5, "checksum that the file must have");
  v.value("sha256", k.sha256, "checksum that the file must have");
  v.choice("unpack", k.file.unpack, {{"none", UnpackKind::none}, {"zip", UnpackKind::zip}}, "what to do with the file");
  v.value("path", k.file.path, "name of the file in the data set's folder; for zip the archive's folder to unpack");
}

template <typename V>
void visit(V& v, EntryKeys& k) {
  v.place(k.place);
  v.value("name", k.entry.name, "also the folder's name", {{}, {}, {}, true});
  v.value("description", k.entry.description, "one sentence");
  v.value("licence", k.entry.licence, "the owner's terms in one sentence");
  v.choice("redistribution", k.entry.redistribution,
           {{"forbidden", Redistribution::forbidden},
            {"same_terms", Redistribution::same_terms},
            {"allowed", Redistribution::allowed},
            {"unstated", Redistribution::unstated}},
           "whether the owner lets others pass the data on");
  v.value("format", k.entry.format, "data preset to load it with", {{}, {}, preset_names(), false});
  v.value("expected", k.entry.expected, "files that must be there afterwards");
  v.list("files", k.files, "what to fetch", {{}, {}, {}, true});
}

template <typename V>
void visit(V& v, CatalogueKeys& k) {
  v.list("datasets", k.datasets, "data sets to download", {{}, {}, {}, true});
}

template <typename Make>
auto at_place(const SourcePlace& place, Make make) {
  try {
    return make();
  } catch (const ConfigError& error) {
    throw ConfigError(place, error.what());
  }
}

RemoteFile file_from(FileKeys keys) {
  return at_place(keys.place, [&] {
    if (!keys.md5.empty()) keys.file.digests.push_back(make_digest(DigestAlgorithm::md5, keys.md5));
    if (!keys.sha256.empty()) keys.file.digests.push_back(make_digest(DigestAlgorithm::sha256, keys.sha256));
    return std::move(keys.file);
  });
}

DatasetEntry entry_from(EntryKeys keys) {
  for (FileKeys& file : keys.files) keys.entry.files.push_back(file_from(std::move(file)));
  at_place(keys.place, [&] { check_entry(keys.entry); });
  return std::move(keys.entry);
}

std::vector<DatasetEntry> catalogue_from(const ConfigNode& root) {
  CatalogueKeys keys;
  ConfigReader::read_struct(root, "", keys);
  std::vector<DatasetEntry> entries;
  std::set<std::string> names;
  for (EntryKeys& entry : keys.datasets) {
    const SourcePlace place = entry.place;
    entries.push_back(entry_from(std::move(entry)));
    if (names.insert(entries.back().name).second) continue;
    throw ConfigError(place, fmt::format("a second data set is named '{}'; give it another name", entries.back().name));
  }
  return entries;
}

}  // namespace

std::vector<DatasetEntry> load_dataset_catalogue(const std::filesystem::path& path) {
  return catalogue_from(parse_config_file(path));
}

std::vector<DatasetEntry> parse_dataset_catalogue(const std::string& text, const std::string& file) {
  return catalogue_from(parse_config_text(text, file));
}

}  // namespace recgauge
