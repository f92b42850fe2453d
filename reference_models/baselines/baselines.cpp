#include "reference_models/baselines/baselines.h"

#include <fmt/format.h>

#include <array>

#include "reference_models/baselines/models.h"

namespace recgauge::reference_models {
namespace {

using Type = ParameterSpec::Type;
using Maker = std::unique_ptr<ScoreModel> (*)(const ModelKind&, ModelParameters);

template <typename Model>
std::unique_ptr<ScoreModel> make(const ModelKind& kind, ModelParameters parameters) {
  return std::make_unique<Model>(kind, std::move(parameters));
}

struct Table {
  std::vector<ModelKind> kinds;
  std::vector<Maker> makers;

  void add(ModelKind kind, Maker maker) {
    kinds.push_back(std::move(kind));
    makers.push_back(maker);
  }
};

Table make_table() {
  Table table;
  table.add({"random", "items in random order, another for each user", "", {}}, make<RandomBaseline>);
  table.add({"popularity", "items by their number of training interactions, the same for all", "", {}},
            make<PopularityBaseline>);
  table.add({"markov",
             "items that followed the user's last item most often",
             "first-order Markov chain, as in Rendle et al. 2010 without factorisation",
             {{"smoothing", Type::real, "10", 0, 1e9, {}, "weight of popularity, in transitions"}}},
            make<MarkovBaseline>);
  table.add(
      {"item_knn",
       "items similar to those of the history",
       "Sarwar et al. 2001; Bell & Koren 2007",
       {{"neighbours", Type::whole, "100", 1, 100000, {}, "most similar items that count, per item"},
        {"similarity", Type::choice, "cosine", 0, 0, {"cosine", "jaccard"}, "measure between items' sets of users"},
        {"shrinkage", Type::real, "10", 0, 1e9, {}, "added to the denominator against similarities from few users"},
        {"similarity_cap",
         Type::real,
         "1",
         1e-6,
         1,
         {},
         "most that a similarity counts; below 1 a defence against profiles that tie items together"}}},
      make<ItemKnnBaseline>);
  table.add({"ease",
             "linear item-to-item model with zero diagonal, in closed form",
             "Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019",
             {{"regularisation", Type::real, "500", 1e-6, 1e12, {}, "L2 penalty; 200 to 1,000 for most data sets"}}},
            make<EaseBaseline>);
  table.add({"ials",
             "matrix factorisation for implicit feedback",
             "Hu, Koren & Volinsky 2008; Rendle et al., Revisiting the Performance of iALS, RecSys 2022",
             {{"dimension", Type::whole, "64", 1, 4096, {}, "number of factors"},
              {"iterations", Type::whole, "16", 1, 1000, {}, "alternations over users and items"},
              {"regularisation", Type::real, "0.003", 0, 1e6, {}, "L2 penalty before frequency scaling"},
              {"unobserved_weight", Type::real, "0.1", 0, 1e6, {}, "weight of pairs without interaction"},
              {"frequency_exponent", Type::real, "1", 0, 2, {}, "how the penalty grows with a row's interactions"},
              {"initial_deviation",
               Type::real,
               "0.1",
               1e-9,
               10,
               {},
               "standard deviation of initial factors times sqrt(dimension)"}}},
            make<IalsBaseline>);
  return table;
}

const Table& table() {
  static const Table kTable = make_table();
  return kTable;
}

}  // namespace

std::span<const ModelKind> baseline_kinds() { return table().kinds; }

std::unique_ptr<ScoreModel> make_baseline(const std::string& kind,
                                          const std::map<std::string, std::string>& parameters) {
  std::vector<std::string> known;
  for (size_t i = 0; i < table().kinds.size(); ++i) {
    const ModelKind& candidate = table().kinds[i];
    if (candidate.name == kind) return table().makers[i](candidate, ModelParameters(candidate, parameters));
    known.push_back(candidate.name);
  }
  throw ConfigError(fmt::format("unknown model kind '{}'; known are: {}", kind, fmt::join(known, ", ")));
}

RecommenderInfo Baseline::info() const {
  return {kind_.name, kind_.name, kind_.description, kind_.reference, parameters_.all()};
}

}  // namespace recgauge::reference_models
