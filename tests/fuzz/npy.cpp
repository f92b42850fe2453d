// Files that may be NumPy's: a matrix of finite numbers as large as it says, or an error.
#include "reference_models/text/npy.h"

#include <cmath>
#include <cstdlib>

#include "harness/system/error.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  const std::string path = kFolder.write("v.npy", {reinterpret_cast<const char*>(data), size});
  try {
    const reference_models::FactorMatrix matrix = reference_models::read_npy(path);
    if (matrix.values.size() != matrix.rows * matrix.dimension || matrix.values.size() > size) std::abort();
    for (const float value : matrix.values) {
      if (!std::isfinite(value)) std::abort();
    }
  } catch (const DataError&) {
  }
  return 0;
}
