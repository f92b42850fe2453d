// Delimited text under schemas of every kind; the first byte chooses among them. A second part, after the byte 0x1E, is
// a side file with attributes of the items.
#include "harness/data/loaders/data_source.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

namespace {

DataSource source_of(unsigned choice) {
  DataSource source;
  constexpr const char* kDelimiters[] = {"\t", ",", "::", " "};
  source.record = {kDelimiters[choice % 4], (choice & 4U) != 0,
                   (choice & 8U) != 0 ? TextEncoding::latin1 : TextEncoding::utf8};
  source.header = (choice & 16U) != 0;
  source.schema = {"1", "2", "3", "4", (choice & 32U) != 0 ? TimeUnit::iso8601 : TimeUnit::milliseconds};
  if (source.header) source.schema = {"u", "i", "v", "t", TimeUnit::seconds};
  source.max_broken_share = 1.0;
  source.duplicates = (choice & 64U) != 0 ? DuplicatePolicy::keep_last : DuplicatePolicy::keep_first;
  source.id_order = (choice & 128U) != 0 ? IdOrder::numeric : IdOrder::appearance;
  constexpr DataFormat kFormats[] = {DataFormat::delimited,      DataFormat::json_lines, DataFormat::sequence_lists,
                                     DataFormat::sequence_pairs, DataFormat::trec_run,   DataFormat::trec_qrels};
  source.format = kFormats[choice / 256 % 6];
  return source;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  if (size < 2) return 0;
  DataSource source = source_of(data[0] + 256U * data[1]);
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  source.path = kFolder.write("data", fuzz::next_part(rest));
  if (!rest.empty()) {
    source.side_files = {{SideTable::items,
                          kFolder.write("side", rest),
                          source.record,
                          false,
                          "1",
                          {{"2", "genre", SideColumnKind::labels, "|"},
                           {"3", "year", SideColumnKind::number, ""},
                           {"4=a,5=b", "flags", SideColumnKind::flags, ""}},
                          ""}};
  }
  try {
    (void)load_data(source);
  } catch (const DataError&) {
  }
  return 0;
}
