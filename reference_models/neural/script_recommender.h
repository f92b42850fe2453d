// A TorchScript file of the user's own as a system under test. What the script does wrong is data, once it has the
// right signature.
#pragma once

#include <memory>

#include "reference_models/neural_kinds/user_script.h"

namespace recgauge::reference_models {

/// Loads the file. Throws DataError for a file that is no TorchScript or is damaged, ConfigError for a script without
/// the method, and for one with another signature than docs/models.md states.
///
/// A call that throws is repeated for each of its requests alone, so that only those at fault are malformed; so are
/// answers of another shape or type and scores that are not numbers. Calls run without the executor's optimisations,
/// whose results would depend on how often a script was called before.
std::unique_ptr<Recommender> open_script(const UserScript& script);

}  // namespace recgauge::reference_models
