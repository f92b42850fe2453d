// Raw observations on disk, before anything is concluded from them: a SQLite file that survives a kill at any moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/request.h"

namespace recgauge {

/// Names one stream of observations.
struct ObservationKey {
  std::string system;
  std::string probe;
  auto operator<=>(const ObservationKey&) const = default;
};

/// One answer and the question it belongs to: request `sequence` of the probe; `step` counts the turns of a trajectory.
struct Observation {
  uint64_t sequence = 0;
  uint32_t step = 0;
  UserId user = kNoUser;
  Response response;
};

/// Per-unit values of one metric, kept so that two runs can be compared in pairs later.
struct UnitValues {
  std::string system;
  std::string metric;
  std::vector<double> values;  ///< NaN = undefined; as long as the unit names
};

/// What a catalogue calls an item. Text of others: it is escaped wherever it is shown.
struct ItemLabel {
  std::string name;
  std::string title;  ///< empty where the catalogue has none
};

/// Name under which a slice's values are kept where they are not simply the values of the slice's users.
std::string sliced_metric(const std::string& metric, const std::string& slice);

/// Name, for an empty system, under which it is kept which units a slice holds: 1 where it holds the unit, else 0.
std::string slice_membership(const std::string& slice);

/// The store of one run. Every append is one transaction: after a kill it holds all appended batches and nothing of a
/// broken one; a power cut may also take the last few batches, never a part of one. Throws SystemError, which names the
/// file, when the disk is full or the file is damaged or belongs to another plan.
class ObservationStore {
 public:
  enum class Mode { create_or_resume, read_only };

  /// Opens the file, or creates it unless it is to be read only. A store with another `identity` is refused;
  /// an empty one takes any store that is read only. Read only, it must exist,
  /// and the folder may be one in which nothing can be written.
  ObservationStore(const std::filesystem::path& path, const std::string& identity, Mode mode = Mode::create_or_resume);
  ~ObservationStore();
  ObservationStore(const ObservationStore&) = delete;
  ObservationStore& operator=(const ObservationStore&) = delete;

  void append(const ObservationKey& key, std::span<const Observation> batch);

  /// Number of observations of a stream.
  uint64_t count(const ObservationKey& key) const;

  /// Sequences in [0, size) of a probe that have an answer at step 0, as a bitmap: what a resumed run need not ask.
  std::vector<bool> answered(const ObservationKey& key, uint64_t size) const;

  /// Calls `visit` for every observation of a stream in order of (sequence, step).
  void for_each(const ObservationKey& key, const std::function<void(Observation&&)>& visit) const;

  std::vector<ObservationKey> keys() const;

  void write_unit_values(const std::string& suite, std::span<const std::string> unit_names,
                         std::span<const UnitValues> values);
  /// Unit names and values of a suite; empty when there are none.
  std::pair<std::vector<std::string>, std::vector<UnitValues>> read_unit_values(const std::string& suite) const;

  /// Unit names of a suite as the JSON text in which they are kept: equal texts are equal names in equal order. Empty
  /// when there are none.
  std::string unit_names_text(const std::string& suite) const;
  std::vector<std::string> unit_names(const std::string& suite) const;
  /// One entry of read_unit_values, without reading the others; nothing if there is no such entry.
  std::optional<std::vector<double>> unit_values(const std::string& suite, const std::string& system,
                                                 const std::string& metric) const;

  /// Keeps names and titles of all items, so that lists can be read without the data set.
  void write_item_labels(const Catalogue& catalogue);
  /// What an item is called; nothing if the store does not know it, as one of an older version.
  std::optional<ItemLabel> item_label(ItemId item) const;

  /// Small named facts ("config", "interrupted").
  void set_note(const std::string& name, const std::string& value);
  std::string note(const std::string& name) const;

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace recgauge
