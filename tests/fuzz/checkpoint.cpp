// Bytes that may be a checkpoint of training: what is read can be written and read again, or there is an error.
#include "reference_models/neural/checkpoint.h"

#include <cstdlib>

#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::reference_models;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const Checkpoint read = decode({reinterpret_cast<const char*>(data), size}, "checkpoint");
    const Checkpoint again = decode(encode(read), "again");
    if (again.facts != read.facts || again.arrays.size() != read.arrays.size()) std::abort();
    for (size_t i = 0; i < read.arrays.size(); ++i) {
      if (again.arrays[i].bytes != read.arrays[i].bytes || again.arrays[i].shape != read.arrays[i].shape) std::abort();
    }
  } catch (const DataError&) {
  }
  return 0;
}
