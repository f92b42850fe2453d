#include "reference_models/neural/tiger.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/system/error.h"
#include "reference_models/neural/item_clusters.h"
#include "reference_models/neural/item_codes.h"
#include "reference_models/neural/softmax_loss.h"
#include "reference_models/scoring/known_rows.h"
#include "reference_models/text/item_text.h"
#include "reference_models/text/item_vectors.h"
#include "reference_models/text/latent_vectors.h"

namespace recgauge::reference_models {
namespace {

constexpr uint64_t kCodebookSeed = 2;
constexpr uint32_t kLeastTexts = 2;  // words in fewer items are left out
constexpr float kUnreached = -std::numeric_limits<float>::infinity();

// A word that is being written.
struct Beam {
  SemanticIds::Range range;
  int64_t parent = 0;  // among the beams that were one code shorter
  int64_t token = 0;   // its last
  double log_chance = 0.0;
};

}  // namespace

Tiger::Tiger(const ModelKind& kind, const ModelParameters& parameters) : NeuralModel(kind, parameters) {
  check_heads(parameters);
  const auto together = [&](const char* choice, std::initializer_list<const char*> files) {
    const bool wanted = parameters.choice("words") == choice;
    for (const char* file : files) {
      if (wanted != parameters.file(file).empty()) continue;
      throw ConfigError(fmt::format("words: {} and {} belong together", choice, fmt::join(files, ", ")));
    }
  };
  together("vectors", {"vectors_file", "items_file"});
  together("given", {"ids_file"});
}

void Tiger::take_data(const Interactions& train) {
  rows_ = bags_of(train);
  sequences_ = sequences_of(train, parameters().whole("length") + 1, 2);
}

void Tiger::take_catalogue(const Dataset* dataset, uint64_t seed) {
  const std::string& words = parameters().choice("words");
  side_ = {};
  given_.clear();
  if (words == "interactions") return;
  if (dataset == nullptr) throw ConfigError(fmt::format("words: {} needs a data set with names of items", words));
  if (words == "given") {
    given_ = read_item_codes(parameters().file("ids_file"), *dataset);
  } else if (words == "vectors") {
    side_ = read_item_vectors(parameters().file("vectors_file"), parameters().file("items_file"), *dataset);
  } else {
    const std::vector<std::string> texts = ItemTexts(*dataset).all(ItemText::all);
    side_ = latent_vectors(tf_idf(texts, kLeastTexts), parameters().whole("vector_width"), seed);
  }
}

torch::Tensor Tiger::item_vectors() const {
  if (side_.rows == 0) {
    return spectral_item_vectors(rows_, static_cast<int64_t>(item_count()),
                                 static_cast<int64_t>(parameters().whole("vector_width")));
  }
  const std::vector<int64_t> shape{static_cast<int64_t>(side_.rows), static_cast<int64_t>(side_.dimension)};
  return torch::tensor(side_.values, torch::kFloat32).view(shape);
}

SemanticIds Tiger::quantised_words() const {
  const auto whole = [this](const char* name) { return static_cast<int64_t>(parameters().whole(name)); };
  const auto items = static_cast<int64_t>(item_count());
  const torch::Tensor vectors = item_vectors();
  // Of mean squared length 1, so that rates do not depend on the data's size.
  const torch::Tensor scaled = vectors / vectors.square().sum(1).mean().sqrt().clamp_min(1e-12);
  RqVae quantiser(scaled.size(1), whole("quantiser_hidden"), whole("quantiser_latent"), whole("levels"),
                  std::min(whole("codes"), items));
  quantiser.start_codebooks(scaled, kCodebookSeed);
  Adam optimiser(quantiser.parameters(), 0.0);
  for (int64_t step = 0; step < whole("quantiser_steps"); ++step) {
    optimiser.zero_gradients();
    quantiser.loss(scaled).backward();
    optimiser.step(parameters().real("quantiser_rate"));
  }
  const torch::Tensor codes = quantiser.codes(scaled).contiguous();
  std::vector<std::vector<int64_t>> words;
  for (int64_t item = 0; item < items; ++item) {
    const int64_t* row = codes.data_ptr<int64_t>() + item * codes.size(1);
    words.emplace_back(row, row + codes.size(1));
  }
  return SemanticIds(words);
}

std::shared_ptr<torch::nn::Module> Tiger::make_network() {
  words_ = std::make_unique<SemanticIds>(given_.empty() ? quantised_words() : SemanticIds(given_));
  first_tokens_.assign(1, 0);
  for (size_t level = 0; level < words_->levels(); ++level) {
    first_tokens_.push_back(first_tokens_.back() + words_->size(level));
  }
  TransformerShape shape = transformer_shape(parameters(), static_cast<size_t>(first_tokens_.back()) + 1);
  shape.length = (shape.length + 1) * static_cast<int64_t>(words_->levels());
  tiger_ = std::make_shared<TigerNetwork>(shape);
  root_ = std::make_shared<torch::nn::Module>();
  root_->register_module("network", tiger_);
  stored_words_ = root_->register_buffer("words", words_->as_tensor());
  return root_;
}

void Tiger::publish() {
  std::vector<std::vector<int64_t>> codes;
  const torch::Tensor words = stored_words_.to(torch::kCPU).contiguous();
  for (int64_t item = 0; item < words.size(0); ++item) {
    const int64_t* row = words.data_ptr<int64_t>() + item * words.size(1);
    codes.emplace_back(row, row + words.size(1) - 1);  // the last tells equal words apart and follows from the others
  }
  SemanticIds stored(codes);
  bool fits = words.min().item<int64_t>() >= 0;
  for (size_t level = 0; level < stored.levels(); ++level) {
    fits = fits && stored.size(level) == first_tokens_[level + 1] - first_tokens_[level];
  }
  if (!fits) throw DataError("the checkpoint's words are not of this model; remove it to train anew");
  words_ = std::make_unique<SemanticIds>(std::move(stored));
}

std::vector<int64_t> Tiger::text_of(std::span<const int64_t> items) const {
  std::vector<int64_t> text{first_tokens_.back()};
  for (const int64_t item : items) {
    const std::span<const int64_t> word = words_->word(static_cast<size_t>(item));
    for (size_t level = 0; level < word.size(); ++level) text.push_back(first_tokens_[level] + word[level]);
  }
  return text;
}

torch::Tensor Tiger::loss(std::span<const uint32_t> examples, const TrainingStep&) {
  const size_t levels = words_->levels();
  std::vector<std::vector<int64_t>> texts;
  std::vector<std::vector<int64_t>> places(levels), targets(levels);
  int64_t token = 0;
  for (const uint32_t example : examples) {
    texts.push_back(text_of(sequences_.row(example)));
    const std::vector<int64_t>& text = texts.back();
    for (size_t i = 0; i + 1 < text.size(); ++i, ++token) {
      const size_t level = i % levels;
      places[level].push_back(token);
      targets[level].push_back(text[i + 1] - first_tokens_[level]);
    }
    texts.back().pop_back();
  }
  const torch::Tensor states = tiger_->forward(make_batch({texts.begin(), texts.end()}, device()));
  torch::Tensor loss = torch::zeros({}, states.options());
  for (size_t level = 0; level < levels; ++level) {
    const torch::Tensor here = states.index_select(0, to_tensor(places[level], device()));
    const torch::Tensor logits = tiger_->logits(here, first_tokens_[level], words_->size(level));
    loss = loss + softmax_loss(logits, to_tensor(targets[level], device()));
  }
  return loss;
}

void Tiger::write(const Request& request, float* scores) const {
  std::vector<bool> excluded(item_count(), false);
  for (const ItemId item : request.exclusions) excluded[index(item)] = true;
  TigerText text(*tiger_, text_of(last_items(request.history, parameters().whole("length"))));
  std::vector<Beam> beams{{{0, words_->item_count()}, 0, 0, 0.0}};
  torch::Tensor states = text.state();
  for (size_t level = 0; level < words_->levels(); ++level) {
    const bool whole_word = level + 1 == words_->levels();
    const torch::Tensor chances =
        torch::log_softmax(tiger_->logits(states, first_tokens_[level], words_->size(level)), 1).contiguous();
    std::vector<Beam> next;
    for (size_t i = 0; i < beams.size(); ++i) {
      const float* row = chances.data_ptr<float>() + static_cast<int64_t>(i) * chances.size(1);
      for (const SemanticIds::Branch& branch : words_->branches(beams[i].range, level)) {
        if (whole_word && excluded[words_->order()[branch.range.begin]]) continue;
        next.push_back({branch.range, static_cast<int64_t>(i), first_tokens_[level] + branch.code,
                        beams[i].log_chance + static_cast<double>(row[branch.code])});
      }
    }
    std::stable_sort(next.begin(), next.end(),
                     [](const Beam& a, const Beam& b) { return a.log_chance > b.log_chance; });
    if (next.size() > parameters().whole("beams")) next.resize(parameters().whole("beams"));
    beams = std::move(next);
    if (beams.empty()) return;
    if (whole_word) break;
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    for (const Beam& beam : beams) {
      parents.push_back(beam.parent);
      tokens.push_back(beam.token);
    }
    states = text.write(parents, tokens);
  }
  for (const Beam& beam : beams) scores[words_->order()[beam.range.begin]] = static_cast<float>(beam.log_chance);
}

std::unique_ptr<ScoredBlock> Tiger::prepare(std::span<const Request> requests) const {
  use_one_thread();
  const torch::NoGradGuard no_gradients;
  FactorMatrix scores{requests.size(), item_count(), std::vector<float>(requests.size() * item_count(), kUnreached)};
  for (size_t i = 0; i < requests.size(); ++i) write(requests[i], scores.row(i));
  return std::make_unique<KnownRows>(std::move(scores));
}

}  // namespace recgauge::reference_models
