// Files of semantic ids: equally many codes for each item, counted from 0, or an error.
#include "reference_models/neural/item_codes.h"

#include <cstdlib>

#include "harness/system/error.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  static const Dataset kData = [] {
    Dataset dataset;
    for (const char* name : {"a", "b", "c"}) dataset.catalogue.names.intern(name);
    return dataset;
  }();
  const std::string path = kFolder.write("codes.json", {reinterpret_cast<const char*>(data), size});
  try {
    const auto codes = reference_models::read_item_codes(path, kData);
    if (codes.size() != 3) std::abort();
    for (const auto& word : codes) {
      if (word.empty() || word.size() != codes[0].size()) std::abort();
      for (const int64_t code : word) {
        if (code < 0 || code > 2) std::abort();
      }
    }
  } catch (const DataError&) {
  }
  return 0;
}
