// What a program learns from, as files in a folder of its own that only this user can read.
#pragma once

#include <filesystem>

#include "adapters/process/messages.h"

namespace recgauge::adapters {

/// The folder and its files are removed with the object.
class TrainingFolder {
 public:
  /// Throws SystemError when the files cannot be written.
  TrainingFolder(const TrainingData& data, const MessageNames& names);
  ~TrainingFolder();
  TrainingFolder(const TrainingFolder&) = delete;
  TrainingFolder& operator=(const TrainingFolder&) = delete;

  const TrainingFiles& files() const { return files_; }

 private:
  std::filesystem::path folder_;
  TrainingFiles files_;
};

}  // namespace recgauge::adapters
