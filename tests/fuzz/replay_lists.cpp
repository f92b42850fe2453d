// Files of recommendations in every format; the first byte chooses among them.
#include <cmath>
#include <cstdlib>

#include "adapters/replay/replay_recommender.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

ReplayConfig config_of(unsigned choice) {
  ReplayConfig config;
  constexpr const char* kDelimiters[] = {",", "\t", "::", " "};
  constexpr ReplayFormat kFormats[] = {ReplayFormat::delimited, ReplayFormat::json_lines, ReplayFormat::trec_run,
                                       ReplayFormat::delimited};
  config.format = kFormats[choice % 4];
  config.record.delimiter = kDelimiters[choice / 4 % 4];
  config.record.quoted = (choice & 16U) != 0;
  config.record.encoding = (choice & 32U) != 0 ? TextEncoding::latin1 : TextEncoding::utf8;
  config.header = (choice & 64U) != 0;
  config.columns = {"1", "2", (choice & 128U) != 0 ? "3" : "", "4"};
  if (config.header) config.columns = {"u", "i", (choice & 128U) != 0 ? "r" : "", "s"};
  return config;
}

void check(const Response& response, uint32_t k) {
  if (response.items.size() > k) std::abort();
  if (!response.scores.empty() && response.scores.size() != response.items.size()) std::abort();
  for (const double score : response.scores) {
    if (!std::isfinite(score)) std::abort();
  }
  for (const UnmatchedTitle& title : response.unmatched) {
    if (response.items.at(title.rank) != kOutOfCatalogue || !is_valid_utf8(title.text)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  if (size < 1) return 0;
  Dataset dataset;
  for (const char* user : {"u", "v", "1"}) dataset.users.names.intern(user);
  for (const char* item : {"a", "b", "1"}) dataset.catalogue.names.intern(item);
  ReplayConfig config = config_of(data[0]);
  config.path = kFolder.write("lists", {reinterpret_cast<const char*>(data) + 1, size - 1});
  try {
    const auto recommender = make_replay("replay", config, dataset);
    for (uint32_t user = 0; user < 4; ++user) {
      Request request;
      request.user = UserId{user};
      request.k = 5;
      check(recommender->recommend(std::span(&request, 1)).at(0), request.k);
    }
  } catch (const DataError&) {
  }
  return 0;
}
