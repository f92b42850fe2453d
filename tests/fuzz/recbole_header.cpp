// RecBole atomic files, whose headers declare the schema: the .inter, .user and .item parts, separated by the byte
// 0x1E.
#include "harness/data/loaders/data_source.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  kFolder.write("set.inter", fuzz::next_part(rest));
  for (const char* name : {"set.user", "set.item"}) {
    if (rest.empty()) {
      kFolder.remove(name);
    } else {
      kFolder.write(name, fuzz::next_part(rest));
    }
  }
  DataSource source;
  source.format = DataFormat::recbole;
  source.path = (kFolder.path() / "set").string();
  source.max_broken_share = 1.0;
  try {
    (void)load_data(source);
  } catch (const DataError&) {
  }
  return 0;
}
