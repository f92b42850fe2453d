// NumPy files of a few numbers.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::scripted {

/// Format 1.0 with this header and these bytes, whether they fit or not.
inline void write_npy(const std::filesystem::path& path, const std::string& header, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << std::string_view("\x93NUMPY\x01\x00", 8) << static_cast<char>(header.size())
                                        << '\0' << header << bytes;
}

/// A matrix of float32 with as many columns.
inline void write_npy(const std::filesystem::path& path, const std::vector<float>& values, size_t columns) {
  write_npy(path,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(values.size() / columns) + ", " +
                std::to_string(columns) + "), }\n",
            {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

}  // namespace recgauge::scripted
