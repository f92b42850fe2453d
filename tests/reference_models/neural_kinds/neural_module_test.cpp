// Neural models can be listed and checked without their module; without it, or with a foreign one, they cannot be made.
#include "reference_models/neural_kinds/neural_module.h"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "reference_models/neural_kinds/neural_kinds.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

// Any library that is no module: the C library of this process.
std::filesystem::path other_library() {
  Dl_info info;
  REQUIRE(dladdr(reinterpret_cast<void*>(&std::malloc), &info) != 0);
  return std::filesystem::canonical(info.dli_fname);
}

}  // namespace

TEST_CASE("every kind has a source, and every parameter a meaning and a default within its limits") {
  std::set<std::string> names;
  for (const ModelKind& kind : neural_kinds()) {
    CAPTURE(kind.name);
    CHECK(names.insert(kind.name).second);
    CHECK(find_neural_kind(kind.name) == &kind);
    CHECK(!kind.reference.empty());
    std::map<std::string, std::string> defaults;
    for (const ParameterSpec& parameter : kind.parameters) {
      CHECK(!parameter.meaning.empty());
      CHECK(defaults.emplace(parameter.name, parameter.default_value).second);
    }
    CHECK(ModelParameters(kind, defaults).all() == defaults);
  }
  CHECK(find_neural_kind("ease") == nullptr);
}

TEST_CASE("a module that is absent, no library, or no module of ours is an error with the remedy") {
  const scripted::TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(open_neural_module(folder / "none.so"), doctest::Contains("which is not there; install"),
                       SystemError);
  CHECK_THROWS_WITH_AS(open_neural_module(folder.write("text.so", "no library")), doctest::Contains("cannot be loaded"),
                       SystemError);
  CHECK_THROWS_WITH_AS(open_neural_module(other_library()), doctest::Contains("is no module"), SystemError);
  CHECK_THROWS_AS(make_neural_model("mult_vea", {}), ConfigError);
  CHECK_THROWS_WITH_AS(make_neural_model("mult_vae", {{"latnet", "3"}}), doctest::Contains("did you mean 'latent'"),
                       ConfigError);
}
