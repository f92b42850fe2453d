// Lines of a file as JSON objects.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/data/loaders/record_reader.h"

namespace recgauge::loaders {

/// One object a line; what is wrong is said with the line and, where it can be found, the column of the key.
class JsonLines {
 public:
  explicit JsonLines(const std::filesystem::path& path);

  /// The next object, or false at the end.
  bool next();

  /// Null where the key is absent or null.
  const nlohmann::json* find(const char* key) const;
  double number(const char* key) const;
  std::optional<double> number_if_there(const char* key) const;
  /// Empty where the key is absent.
  std::vector<double> numbers(const char* key) const;
  /// Texts, or numbers as they are written; empty where the key is absent.
  std::vector<std::string> texts(const char* key) const;
  /// A text, or a number as it is written.
  std::string text_of(const nlohmann::json& value, std::string_view key) const;

  [[noreturn]] void fail(std::string_view key, const std::string& what) const;

 private:
  double number_of(const nlohmann::json& value, const char* key) const;

  RecordReader reader_;
  nlohmann::json object_;
};

}  // namespace recgauge::loaders
