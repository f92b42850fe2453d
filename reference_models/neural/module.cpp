// The module's one exported function, and the table that makes its models.
#include <fmt/format.h>
#include <recgauge_module_build.h>

#include "reference_models/neural/auto_encoder.h"
#include "reference_models/neural/bert4rec.h"
#include "reference_models/neural/diffrec.h"
#include "reference_models/neural/gru4rec.h"
#include "reference_models/neural/hstu.h"
#include "reference_models/neural/irgan.h"
#include "reference_models/neural/latent_diffrec.h"
#include "reference_models/neural/sasrec.h"
#include "reference_models/neural/script_encoder.h"
#include "reference_models/neural/script_recommender.h"
#include "reference_models/neural/tiger.h"
#include "reference_models/neural_kinds/module_interface.h"

namespace recgauge::reference_models {
namespace {

template <typename Model>
ScoreModel* make_model(const ModelKind& kind, const ModelParameters& parameters) {
  return new Model(kind, parameters);
}

struct Entry {
  const char* kind;
  ScoreModel* (*make)(const ModelKind&, const ModelParameters&);
};

constexpr Entry kTable[] = {
    {"mult_dae", make_model<AutoEncoder>},
    {"mult_vae", make_model<AutoEncoder>},
    {"bert4rec", make_model<Bert4Rec>},
    {"gru4rec", make_model<Gru4Rec>},
    {"sasrec", make_model<SasRec>},
    {"diffrec", make_model<DiffRec>},
    {"l_diffrec", make_model<LatentDiffRec>},
    {"hstu", make_model<Hstu>},
    {"irgan", make_model<Irgan>},
    {"tiger", make_model<Tiger>},
};

ScoreModel* make(const ModelKind& kind, const ModelParameters& parameters) {
  for (const Entry& entry : kTable) {
    if (kind.name == entry.kind) return entry.make(kind, parameters);
  }
  throw ConfigError(fmt::format("the module of neural models does not make '{}'", kind.name));
}

Recommender* make_script(const UserScript& script) { return open_script(script).release(); }

constexpr NeuralModuleInterface kModule{RECGAUGE_MODULE_BUILD, TORCH_VERSION, make, make_script, encode_texts};

}  // namespace
}  // namespace recgauge::reference_models

extern "C" __attribute__((visibility("default"))) const recgauge::reference_models::NeuralModuleInterface*
recgauge_neural_module() {
  return &recgauge::reference_models::kModule;
}
