#include "reference_models/neural_kinds/neural_kinds.h"

#include <fmt/format.h>

#include <algorithm>

namespace recgauge::reference_models {
namespace {

using Type = ParameterSpec::Type;

ParameterSpec whole(std::string name, size_t standard, double minimum, double maximum, std::string meaning) {
  return {std::move(name), Type::whole, fmt::format("{}", standard), minimum, maximum, {}, std::move(meaning)};
}

ParameterSpec real(std::string name, std::string standard, double minimum, double maximum, std::string meaning) {
  return {std::move(name), Type::real, std::move(standard), minimum, maximum, {}, std::move(meaning)};
}

ParameterSpec choice(std::string name, std::string standard, std::vector<std::string> choices, std::string meaning) {
  return {std::move(name), Type::choice, std::move(standard), 0, 0, std::move(choices), std::move(meaning)};
}

ParameterSpec file(std::string name, std::string meaning) {
  return {std::move(name), Type::file, "", 0, 0, {}, std::move(meaning)};
}

// What of the training loop differs between papers.
struct TrainingDefaults {
  size_t epochs;
  size_t batch_size;
  std::string learning_rate = "0.001";
  size_t patience = 10;
  size_t validate_every = 1;
};

// Of the training loop, the same for all.
std::vector<ParameterSpec> training(const TrainingDefaults& standard) {
  return {
      whole("epochs", standard.epochs, 1, 100000, "most passes over the training data"),
      whole("batch_size", standard.batch_size, 1, 65536, "users in a step"),
      real("learning_rate", standard.learning_rate, 1e-8, 1, "of Adam (Kingma & Ba 2015), at its highest"),
      choice("learning_rate_schedule", "constant", {"constant", "cosine"},
             "after the warm-up: constant, or half a cosine down to 0 at the last epoch"),
      whole("warmup_steps", 0, 0, 1e9, "steps over which the learning rate rises linearly"),
      real("weight_decay", "0", 0, 1, "decoupled, as in AdamW (Loshchilov & Hutter 2019)"),
      real("gradient_clip", "0", 0, 1e9, "largest norm of the gradient over all weights; 0 for no limit"),
      whole("patience", standard.patience, 0, 100000,
            "validations without gain after which training ends; 0 for never"),
      whole("validate_every", standard.validate_every, 1, 100000, "epochs between validations by NDCG@10"),
      whole("validation_users", 5000, 0, 1e9,
            "most users that validate, drawn by the seed; 0 for no validation: the last epoch counts"),
      whole("compute_threads", 2, 1, 1024,
            "threads of a training step, whatever the machine has: sums are cut by them, so they belong to the result"),
      choice("device", "cpu", {"cpu", "cuda"}, "where training runs; cuda needs a libtorch that has it"),
  };
}

ModelKind kind(std::string name, std::string description, std::string reference, std::vector<ParameterSpec> parameters,
               const TrainingDefaults& standard) {
  for (ParameterSpec& parameter : training(standard)) parameters.push_back(std::move(parameter));
  return {std::move(name), std::move(description), std::move(reference), std::move(parameters)};
}

ModelKind mult_vae() {
  return kind("mult_vae", "variational auto-encoder of a user's items with multinomial likelihood",
              "Liang et al., Variational Autoencoders for Collaborative Filtering, WWW 2018",
              {whole("hidden", 600, 1, 65536, "width of the layer between items and code; paper: 600"),
               whole("latent", 200, 1, 65536, "width of the code; paper: 200"),
               real("dropout", "0.5", 0, 0.99, "share of a history's items that is hidden in training; paper: 0.5"),
               real("anneal_cap", "0.2", 0, 1, "weight of the divergence from the prior at its highest; paper: 0.2"),
               whole("anneal_steps", 200000, 0, 1e9, "steps until it is reached; paper: 200,000"),
               real("l2", "0", 0, 1, "weight of the squared weights in the loss; paper: 0")},
              {200, 500, "0.001", 0, 1});
}

ModelKind mult_dae() {
  return kind("mult_dae", "denoising auto-encoder of a user's items with multinomial likelihood",
              "Liang et al., Variational Autoencoders for Collaborative Filtering, WWW 2018",
              {whole("hidden", 0, 0, 65536, "width of a layer between items and code; paper: none, which 0 stands for"),
               whole("latent", 200, 1, 65536, "width of the code; paper: 200"),
               real("dropout", "0.5", 0, 0.99, "share of a history's items that is hidden in training; paper: 0.5"),
               real("l2", "0.00002", 0, 1, "weight of the squared weights in the loss; paper: 0.01 / 500")},
              {200, 500, "0.001", 0, 1});
}

std::vector<ParameterSpec> sequence(size_t dimension, size_t length, std::string dropout) {
  return {whole("dimension", dimension, 1, 4096, "width of items and states"),
          whole("length", length, 1, 4096, "last items of a history that count"),
          real("dropout", std::move(dropout), 0, 0.99, "share of activations that is dropped in training")};
}

ModelKind sasrec() {
  std::vector<ParameterSpec> parameters = sequence(64, 50, "0.2");
  parameters.push_back(whole("blocks", 2, 1, 64, "layers of attention; paper: 2"));
  parameters.push_back(whole("heads", 1, 1, 64, "of attention, a divisor of dimension; paper: 1"));
  parameters.push_back(choice(
      "loss", "ce", {"bce", "gbce", "ce", "sampled_softmax"},
      "bce with sampled negatives is the paper's; gbce is Petrov & Macdonald 2023; ce is the softmax over all items "
      "(Klenitskiy & Vasilev 2023), which measures best; sampled_softmax is ce over sampled negatives"));
  parameters.push_back(
      whole("negatives", 1, 1, 100000,
            "sampled uniformly: for each position (bce, gbce) or each step (sampled_softmax); paper: 1"));
  parameters.push_back(
      real("gbce_t", "0.75", 0, 1, "calibration of gbce; 0 is bce, 1 fully calibrated; its paper: 0.75"));
  return kind(
      "sasrec", "self-attention over a user's sequence predicts the next item",
      "Kang & McAuley, Self-Attentive Sequential Recommendation, ICDM 2018; losses: Klenitskiy & Vasilev, Turning "
      "Dross Into Gold Loss, RecSys 2023; Petrov & Macdonald, gSASRec, RecSys 2023",
      std::move(parameters), {100, 128});
}

ModelKind bert4rec() {
  std::vector<ParameterSpec> parameters = sequence(64, 50, "0.1");
  parameters.push_back(whole("blocks", 2, 1, 64, "layers of attention; paper: 2"));
  parameters.push_back(whole("heads", 2, 1, 64, "of attention, a divisor of dimension; paper: 2"));
  parameters.push_back(
      real("mask", "0.2", 0.01, 0.99, "share of items that is masked and predicted; paper: 0.2 to 0.6, by data set"));
  return kind("bert4rec", "bidirectional attention fills masked items of a user's sequence",
              "Sun et al., BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from "
              "Transformer, CIKM 2019",
              std::move(parameters), {200, 128, "0.001", 20});
}

ModelKind gru4rec() {
  std::vector<ParameterSpec> parameters = sequence(64, 50, "0.1");
  parameters.push_back(whole("layers", 1, 1, 16, "recurrent layers; paper: 1"));
  parameters.push_back(choice("loss", "ce", {"ce", "bpr_max"},
                              "softmax over all items, or BPR-max over sampled negatives (Hidasi & Karatzoglou 2018)"));
  parameters.push_back(whole("negatives", 2048, 1, 1000000, "sampled for each step (bpr_max); paper: 2,048"));
  parameters.push_back(
      real("sample_exponent", "0.5", 0, 1, "negatives are drawn by count^exponent (bpr_max); paper: 0 to 1, tuned"));
  parameters.push_back(
      real("bpr_regularisation", "1", 0, 100, "weight of the score regulariser of BPR-max; paper: 0 to 2, tuned"));
  return kind("gru4rec", "a gated recurrent network over a user's sequence predicts the next item",
              "Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016; Hidasi & "
              "Karatzoglou, Recurrent Neural Networks with Top-k Gains, CIKM 2018",
              std::move(parameters), {100, 128});
}

// Of histories whose items weigh by their age, as in T-DiffRec.
std::vector<ParameterSpec> temporal() {
  return {choice("temporal", "no", {"no", "yes"},
                 "T-DiffRec: a history's items weigh from weight_minimum for the oldest to 1 for the newest"),
          real("weight_minimum", "0.1", 0, 1, "of the oldest item (temporal); code: 0.1 on Amazon-Book, 0.5 on Yelp")};
}

ModelKind diffrec() {
  ModelKind diffrec =
      kind("diffrec", "Gaussian diffusion over a user's items: noise is taken away step by step",
           "Wang et al., Diffusion Recommender Model, SIGIR 2023",
           {whole("hidden", 600, 1, 65536, "width of the layer between items and bottleneck; paper: 600 on ML-1M"),
            whole("bottleneck", 200, 1, 65536, "width of the middle layer; paper: 200 on ML-1M"),
            whole("step_embedding", 10, 2, 4096, "width of the embedding of the diffusion step; paper: 10"),
            whole("steps", 40, 1, 10000, "diffusion steps; paper: 40 on ML-1M, 5 on Yelp and Amazon-Book"),
            real("noise_scale", "0.005", 1e-9, 10, "factor on both noise bounds; paper: 0.005 on ML-1M"),
            real("noise_minimum", "0.005", 1e-9, 1, "variance of the first step before scaling; paper: 0.005 on ML-1M"),
            real("noise_maximum", "0.01", 1e-9, 1, "variance of the last step before scaling; paper: 0.01 on ML-1M"),
            whole("sampling_steps", 0, 0, 10000, "steps of noise put on a history before asking; paper: 0"),
            choice("reweight", "yes", {"yes", "no"},
                   "weigh steps by the fall of their signal-to-noise ratio; paper: yes "
                   "on ML-1M"),
            real("dropout", "0.5", 0, 0.99, "share of the noisy input that is dropped in training; code: 0.5")},
           {1000, 400, "0.001", 4, 5});
  for (ParameterSpec& parameter : temporal()) diffrec.parameters.push_back(std::move(parameter));
  return diffrec;
}

ModelKind l_diffrec() {
  ModelKind diffrec = kind(
      "l_diffrec", "diffusion over the codes of clustered items instead of the items",
      "Wang et al., Diffusion Recommender Model, SIGIR 2023 (L-DiffRec)",
      {whole("clusters", 2, 1, 65536, "groups of items, by k-means over their vectors; code: 2 on ML-1M; 1 for none"),
       whole("latent", 300, 1, 65536, "width of the code of all clusters together; code: 300"),
       whole("hidden", 300, 1, 65536, "width of the layer between noisy code and code; code: 300"),
       real("coder_dropout", "0.1", 0, 0.99, "share of a history that is hidden in training; code: 0.1"),
       whole("step_embedding", 10, 2, 4096, "width of the embedding of the diffusion step; code: 10"),
       whole("steps", 40, 1, 10000, "diffusion steps; code: 40 on ML-1M, 5 on Yelp and Amazon-Book"),
       real("noise_scale", "0.005", 1e-9, 10, "factor on both noise bounds; code: 0.005 on ML-1M"),
       real("noise_minimum", "0.005", 1e-9, 1, "variance of the first step before scaling; code: 0.005 on ML-1M"),
       real("noise_maximum", "0.02", 1e-9, 1, "variance of the last step before scaling; code: 0.02 on ML-1M"),
       whole("sampling_steps", 0, 0, 10000, "steps of noise put on a code before asking; code: 0"),
       choice("reweight", "yes", {"yes", "no"},
              "weigh steps by the fall of their signal-to-noise ratio; code: yes on ML-1M. With no, the weight of the "
              "diffusion falls on the likelihood instead"),
       real("dropout", "0.5", 0, 0.99, "share of the noisy code that is dropped in training; code: 0.5"),
       real("diffusion_weight", "0.03", 0, 1000, "weight of the diffusion's loss at first; code: 0.03 on ML-1M"),
       real("diffusion_floor", "0.005", 0, 1000, "least weight of it; code: 0.005"),
       whole("diffusion_epochs", 500, 0, 1e6, "epochs over which it falls linearly; code: 500; 0 for no fall"),
       real("anneal_cap", "0.3", 0, 1, "weight of the divergence from the prior at its highest; code: 0.3"),
       whole("anneal_steps", 200, 0, 1e9, "steps until it is reached; code: 200")},
      {1000, 400, "0.001", 4, 5});
  for (ParameterSpec& parameter : temporal()) diffrec.parameters.push_back(std::move(parameter));
  return diffrec;
}

ModelKind hstu() {
  std::vector<ParameterSpec> parameters = sequence(50, 50, "0.2");
  parameters.push_back(whole("blocks", 2, 1, 64, "layers; code: 2, large: 8"));
  parameters.push_back(whole("heads", 1, 1, 64, "of attention, a divisor of dimension; code: 1, large: 2"));
  parameters.push_back(choice("loss", "sampled_softmax", {"sampled_softmax", "ce"},
                              "softmax over sampled items is the code's; ce is over all items"));
  parameters.push_back(
      whole("negatives", 128, 1, 100000, "sampled uniformly for each position (sampled_softmax); code: 128 on ML-1M"));
  parameters.push_back(real("temperature", "0.05", 1e-4, 100, "that cosines are divided by; code: 0.05"));
  parameters.push_back(choice("time_bias", "yes", {"yes", "no"},
                              "a bias by the time between query and key, where a request tells times; code: yes"));
  return kind("hstu", "gated attention without softmax over a user's sequence, with biases by place and time",
              "Zhai et al., Actions Speak Louder than Words: Trillion-Parameter Sequential Transducers for Generative "
              "Recommendations, ICML 2024",
              std::move(parameters), {100, 128});
}

ModelKind irgan() {
  return kind(
      "irgan", "a generator of items learns from a discriminator's rewards; both are matrix factorisations",
      "Wang et al., IRGAN: A Minimax Game for Unifying Generative and Discriminative Information Retrieval Models, "
      "SIGIR "
      "2017",
      {whole("dimension", 5, 1, 4096, "width of user and item factors; paper: 5 on ML-100K"),
       real("initial", "0.05", 1e-6, 10, "factors begin uniform between minus this and this; code: 0.05"),
       whole("pretrain_epochs", 60, 0, 100000,
             "first epochs, in which the generator learns from the hardest of some drawn items"),
       whole("pretrain_draws", 5, 1, 100000, "of which the highest scored is the negative (dynamic sampling); code: 5"),
       whole("discriminator_epochs", 10, 1, 100000, "in a round; code: 100"),
       whole("generator_epochs", 1, 1, 100000, "in a round, after those of the discriminator; code: 50"),
       real("temperature", "0.2", 1e-3, 100, "of the generator when it draws for the discriminator; code: 0.2"),
       real("positive_share", "0.2", 0, 1,
            "of the generator's own training draws that are the user's items; code: 0.2"),
       real("discriminator_l2", "0.00625", 0, 10, "half of the squared factors that a pair uses; code: 0.1 / 16"),
       real("generator_l2", "0", 0, 10, "the same for the generator, once it is pre-trained; code: 0"),
       real("pretrain_l2", "0.05", 0, 10, "the same for pre-training; code: 0.1 with plain gradient descent")},
      {104, 16, "0.005", 0, 1});
}

ModelKind tiger() {
  std::vector<ParameterSpec> parameters = sequence(64, 20, "0.1");
  parameters.push_back(whole("blocks", 4, 1, 64, "layers; paper: 4 of encoder and 4 of decoder"));
  parameters.push_back(whole("heads", 4, 1, 64, "of attention, a divisor of dimension; paper: 6"));
  parameters.push_back(
      whole("levels", 3, 1, 8, "codes of a word before the one that tells equal words apart; paper: 3"));
  parameters.push_back(whole("codes", 256, 1, 65536, "entries of a codebook, at most the items; paper: 256"));
  parameters.push_back(choice("words", "interactions", {"interactions", "text", "vectors", "given"},
                              "what is quantised: singular vectors of the training interactions, of the items' texts, "
                              "or vectors_file; given: nothing, ids_file has the codes; paper: Sentence-T5 of texts"));
  parameters.push_back(file("vectors_file", "NumPy file (.npy), a row an item (vectors)"));
  parameters.push_back(file("items_file", "the items' names, one a line, in the order of the rows (vectors)"));
  parameters.push_back(file("ids_file", "JSON object of lists of codes by item (given)"));
  parameters.push_back(whole("vector_width", 64, 1, 4096, "of the items' vectors (interactions, text); paper: 768"));
  parameters.push_back(
      whole("quantiser_hidden", 256, 1, 65536, "width between vector and latent; paper: 512, 256, 128"));
  parameters.push_back(whole("quantiser_latent", 32, 1, 4096, "width that is quantised; paper: 32"));
  parameters.push_back(
      whole("quantiser_steps", 1000, 0, 1e7, "of training on all items at once; paper: 20,000 epochs"));
  parameters.push_back(
      real("quantiser_rate", "0.001", 1e-8, 1, "learning rate of the quantiser; paper: 0.4 with Adagrad"));
  parameters.push_back(
      whole("beams", 50, 1, 100000, "words that are followed when asked: the longest list it can give"));
  return kind("tiger", "a transformer writes the next item's semantic id, code by code",
              "Rajput et al., Recommender Systems with Generative Retrieval, NeurIPS 2023", std::move(parameters),
              {200, 256, "0.001", 5, 20});
}

std::vector<ModelKind> make_table() {
  return {mult_dae(), mult_vae(), bert4rec(), gru4rec(), sasrec(), diffrec(), l_diffrec(), hstu(), irgan(), tiger()};
}

}  // namespace

std::span<const ModelKind> neural_kinds() {
  static const std::vector<ModelKind> kTable = make_table();
  return kTable;
}

const ModelKind* find_neural_kind(const std::string& name) {
  const std::span<const ModelKind> kinds = neural_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const ModelKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace recgauge::reference_models
