#include "harness/data/download/receipt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge {

namespace fs = std::filesystem;

std::vector<NamedFile> hash_files(const fs::path& folder) {
  std::vector<NamedFile> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    const std::string name = entry.path().lexically_relative(folder).string();
    if (name != kReceiptName) files.push_back({name, sha256_of_file(entry.path())});
  }
  std::sort(files.begin(), files.end(), [](const NamedFile& a, const NamedFile& b) { return a.name < b.name; });
  return files;
}

void write_receipt(const fs::path& folder, const DatasetEntry& entry, const DownloadResult& result) {
  nlohmann::ordered_json json{{"version", 1}, {"name", entry.name}, {"licence", entry.licence}};
  json["sources"] = nlohmann::ordered_json::array();
  for (const FetchedSource& source : result.sources) {
    json["sources"].push_back(
        {{"url", source.url}, {"bytes", source.bytes}, {"md5", source.md5.hex}, {"sha256", source.sha256.hex}});
  }
  json["files"] = nlohmann::ordered_json::array();
  for (const NamedFile& file : result.files) json["files"].push_back({{"path", file.name}, {"sha256", file.sha256}});
  write_whole_file(folder / kReceiptName,
                   json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::optional<DownloadResult> read_receipt(const fs::path& folder) {
  try {
    const auto json = nlohmann::json::parse(read_whole_file(folder / kReceiptName));
    DownloadResult result;
    result.folder = folder;
    for (const auto& source : json.at("sources")) {
      result.sources.push_back({source.at("url"),
                                source.at("bytes"),
                                {DigestAlgorithm::md5, source.at("md5")},
                                {DigestAlgorithm::sha256, source.at("sha256")}});
    }
    for (const auto& file : json.at("files")) result.files.push_back({file.at("path"), file.at("sha256")});
    return result;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  } catch (const DataError&) {
    return std::nullopt;
  }
}

}  // namespace recgauge
