// Do the suite's detectors find people who were paid to rate? The labelled spammers of Amazon.cn: area under the ROC
// curve of each detector, over all labelled users and over those with at least five ratings. Prints the table; needs
// the folder of shared data.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "harness/data/dataset.h"
#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/detection/detectors.h"

using namespace recgauge;
using namespace recgauge::detection;

namespace {

struct Labelled {
  Interactions interactions;
  std::vector<UserId> users;
  std::vector<uint8_t> is_spammer;
};

Labelled read(const std::filesystem::path& folder) {
  NameTable users;
  NameTable items;
  std::vector<Interaction> rows;
  RecordReader profiles(existing_file(folder / "profiles.txt"), {" ", false, TextEncoding::utf8});
  while (profiles.next()) {
    const auto fields = profiles.fields();
    if (fields.size() < 3) continue;
    rows.push_back({UserId{users.intern(fields[0])}, ItemId{items.intern(fields[1])},
                    static_cast<float>(loaders::parse_number(fields[2]).value_or(0)),
                    static_cast<int64_t>(rows.size())});
  }
  Labelled data;
  data.interactions = Interactions::from_rows(std::move(rows), users.size(), items.size(), TimeMeaning::file_order);
  RecordReader labels(existing_file(folder / "labels.txt"), {"\t", false, TextEncoding::utf8});
  while (labels.next()) {
    const auto fields = labels.fields();
    const uint32_t user = fields.size() < 2 ? NameTable::kNotFound : users.find(fields[0]);
    if (user == NameTable::kNotFound) continue;
    data.users.push_back(UserId{user});
    data.is_spammer.push_back(fields[1] == "1" ? 1 : 0);
  }
  return data;
}

Labelled with_history(const Labelled& all, size_t least) {
  Labelled some;
  some.interactions = all.interactions;
  for (size_t i = 0; i < all.users.size(); ++i) {
    if (all.interactions.row_size(all.users[i]) < least) continue;
    some.users.push_back(all.users[i]);
    some.is_spammer.push_back(all.is_spammer[i]);
  }
  return some;
}

}  // namespace

int main() {
  const std::filesystem::path folder = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "sdlib-amazoncn";
  if (!std::filesystem::exists(folder)) {
    fmt::print("skipped: {} is not there\n", folder.string());
    return 0;
  }
  const Labelled all = read(folder);
  fmt::print("| users | spammers | detector | area under the curve | 95 % interval |\n|---|---|---|---|---|\n");
  for (const size_t least : {1U, 5U}) {
    const Labelled data = with_history(all, least);
    const auto spammers = std::count(data.is_spammer.begin(), data.is_spammer.end(), 1);
    for (const Detector detector : kDetectors) {
      const auto scores = suspicion(detector, data.interactions, data.users, 1);
      const RocArea area = roc_area(scores, data.is_spammer, 0.95);
      fmt::print("| {} with {} ratings or more | {} | {} | {:.3f} | {:.3f} to {:.3f} |\n", data.users.size(), least,
                 spammers, to_string(detector), *area.value, area.interval->low, area.interval->high);
    }
  }
  return 0;
}
