#include "reference_models/neural/script_recommender.h"

#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "harness/system/error.h"
#include "harness/system/parallel.h"
#include "harness/system/terminal_text.h"
#include "reference_models/neural/neural_model.h"
#include "reference_models/neural/script_file.h"
#include "reference_models/scoring/known_rows.h"

namespace recgauge::reference_models {
namespace {

using torch::jit::IValue;
using Answers = std::vector<Response>;

constexpr uint32_t kNotInModel = std::numeric_limits<uint32_t>::max();

// What a method takes besides the model, and how a message tells it.
std::string expected_signature(const UserScript& script) {
  const bool sequence = script.input == ScriptInput::sequence;
  const std::string shown = sequence ? "history: Tensor, lengths: Tensor" : "history: Tensor";
  return script.method == ScriptMethod::score
             ? fmt::format("score(self, {}) -> Tensor", shown)
             : fmt::format("recommend(self, {}, k: int, allowed: Tensor) -> Tensor or Tuple[Tensor, Tensor]", shown);
}

// The loaded script, and how requests become its arguments.
class Script {
 public:
  explicit Script(const UserScript& script)
      : script_(script), module_(load_script(script.path)), method_(find_method()), takes_lengths_(check_signature()) {
    numbers_.assign(script.catalogue_size, kNotInModel);
    for (size_t i = 0; i < script.items.size(); ++i) {
      if (script.items[i] != kOutOfCatalogue) numbers_[index(script.items[i])] = static_cast<uint32_t>(i);
    }
  }

  const UserScript& settings() const { return script_; }
  int64_t item_count() const { return static_cast<int64_t>(script_.items.size()); }
  /// Numbers that sequences use: the items and the padding.
  int64_t width() const { return item_count() + (script_.input == ScriptInput::sequence ? 1 : 0); }
  int64_t first_item() const { return script_.input == ScriptInput::sequence ? script_.first_item : 0; }

  IValue call(std::span<const Request> requests) const {
    const torch::NoGradGuard no_gradients;
    const torch::jit::GraphOptimizerEnabledGuard plain(false);
    std::vector<IValue> arguments = script_.input == ScriptInput::sequence ? sequences(requests) : matrix(requests);
    if (script_.method == ScriptMethod::recommend) {
      arguments.emplace_back(static_cast<int64_t>(requests.front().k));
      arguments.emplace_back(allowed(requests));
    }
    return method_(std::move(arguments));
  }

 private:
  torch::jit::Method find_method() const {
    const bool scores = script_.method == ScriptMethod::score;
    if (const auto named = module_.find_method(scores ? "score" : "recommend")) return *named;
    // What torch.jit.trace makes has this one alone.
    if (const auto forward = module_.find_method("forward"); scores && forward) return *forward;
    throw ConfigError(fmt::format(
        "{} has no method {}; give the module this method, marked @torch.jit.export, or set parameters.method",
        script_.path, expected_signature(script_)));
  }

  // Whether a sequence's lengths are an argument: a script that needs none may leave them out.
  bool check_signature() const {
    const c10::FunctionSchema& schema = method_.function().getSchema();
    std::vector<c10::TypeKind> after_history;
    if (script_.method == ScriptMethod::recommend) after_history = {c10::TypeKind::IntType, c10::TypeKind::TensorType};
    if (takes(schema, after_history)) return false;
    after_history.insert(after_history.begin(), c10::TypeKind::TensorType);
    if (script_.input == ScriptInput::sequence && takes(schema, after_history)) return true;
    throw ConfigError(
        fmt::format("{}: its method is {}, but {} is called; change the method, or parameters.input and "
                    "parameters.method",
                    script_.path, printable(fmt::format("{}", c10::toString(schema)), kLongestReason),
                    expected_signature(script_)));
  }

  // The model and a history come first.
  static bool takes(const c10::FunctionSchema& schema, const std::vector<c10::TypeKind>& after_history) {
    const std::vector<c10::Argument>& arguments = schema.arguments();
    if (arguments.size() != after_history.size() + 2) return false;
    if (arguments[1].type()->kind() != c10::TypeKind::TensorType) return false;
    return std::equal(
        after_history.begin(), after_history.end(), arguments.begin() + 2,
        [](c10::TypeKind kind, const c10::Argument& argument) { return argument.type()->kind() == kind; });
  }

  std::vector<IValue> sequences(std::span<const Request> requests) const {
    const auto rows = static_cast<int64_t>(requests.size());
    const auto length = static_cast<int64_t>(script_.length);
    const int64_t padding = script_.first_item == 0 ? item_count() : 0;
    torch::Tensor history = torch::full({rows, length}, padding, torch::kInt64);
    torch::Tensor lengths = torch::zeros({rows}, torch::kInt64);
    for (int64_t row = 0; row < rows; ++row) {
      const std::vector<int64_t> shown = last_known(requests[static_cast<size_t>(row)]);
      const auto count = static_cast<int64_t>(shown.size());
      const int64_t begin = script_.padding == ScriptPadding::left ? length - count : 0;
      std::copy(shown.begin(), shown.end(), history.data_ptr<int64_t>() + row * length + begin);
      lengths.data_ptr<int64_t>()[row] = count;
    }
    std::vector<IValue> arguments{history};
    if (takes_lengths_) arguments.emplace_back(lengths);
    return arguments;
  }

  std::vector<int64_t> last_known(const Request& request) const {
    std::vector<int64_t> shown;
    for (size_t i = request.history.size(); i-- > 0 && shown.size() < script_.length;) {
      const uint32_t number = numbers_[index(request.history[i])];
      if (number != kNotInModel) shown.push_back(number + first_item());
    }
    std::reverse(shown.begin(), shown.end());
    return shown;
  }

  std::vector<IValue> matrix(std::span<const Request> requests) const {
    torch::Tensor history = torch::zeros({static_cast<int64_t>(requests.size()), item_count()});
    for (size_t row = 0; row < requests.size(); ++row) {
      float* values = history.data_ptr<float>() + row * script_.items.size();
      for (const ItemId item : requests[row].history) {
        if (const uint32_t number = numbers_[index(item)]; number != kNotInModel) values[number] = 1.0F;
      }
    }
    return {history};
  }

  // rows x width(), by the numbers of the input; false for the padding, too.
  torch::Tensor allowed(std::span<const Request> requests) const {
    torch::Tensor mask = torch::zeros({static_cast<int64_t>(requests.size()), width()}, torch::kBool);
    for (size_t row = 0; row < requests.size(); ++row) {
      bool* values = mask.data_ptr<bool>() + static_cast<int64_t>(row) * width() + first_item();
      const auto set = [&](ItemId item, bool value) {
        if (const uint32_t number = numbers_[index(item)]; number != kNotInModel) values[number] = value;
      };
      if (requests[row].candidates) {
        for (const ItemId item : *requests[row].candidates) set(item, true);
      } else {
        for (const ItemId item : script_.items) {
          if (item != kOutOfCatalogue) set(item, true);
        }
      }
      for (const ItemId item : requests[row].exclusions) set(item, false);
    }
    return mask;
  }

  UserScript script_;
  torch::jit::Module module_;
  torch::jit::Method method_;
  bool takes_lengths_;
  std::vector<uint32_t> numbers_;  // by item of the catalogue, from 0
};

Response malformed(std::string failure) {
  Response response;
  response.outcome = Outcome::malformed;
  response.failure = std::move(failure);
  return response;
}

// Calls for all requests at once; where that fails, for each alone. `take(rows, value)` gets what a call returned for
// which requests and may throw as well.
template <typename Take, typename Fail>
void ask(const Script& script, std::span<const Request> requests, IndexRange rows, Take take, Fail fail) {
  try {
    take(rows, script.call(requests.subspan(rows.begin, rows.size())));
  } catch (const std::exception& error) {
    if (rows.size() == 1) {
      fail(rows.begin, "the script failed: " + script_failure(error));
      return;
    }
    for (size_t row = rows.begin; row < rows.end; ++row) ask(script, requests, {row, row + 1}, take, fail);
  }
}

torch::Tensor plain(const torch::Tensor& tensor, torch::ScalarType type) {
  return tensor.detach().to(torch::kCPU).to(type).contiguous();
}

// Why the script failed, by request; requests are told apart by where they stand.
class Failures {
 public:
  void add(const Request& request, std::string reason) {
    const std::lock_guard lock(mutex_);
    reasons_[&request] = std::move(reason);
  }
  void write(std::span<const Request> requests, Answers& answers) const {
    for (size_t i = 0; i < requests.size(); ++i) {
      if (const auto reason = reasons_.find(&requests[i]); reason != reasons_.end())
        answers[i] = malformed(reason->second);
    }
  }

 private:
  std::mutex mutex_;
  std::unordered_map<const Request*, std::string> reasons_;
};

// Scores of one batch of questions, for the path that makes lists of them.
class ScriptScores : public ScoreModel {
 public:
  ScriptScores(const Script& script, Failures& failures) : script_(script), failures_(failures) {}
  RecommenderInfo info() const override { return script_.settings().info; }
  void fit(const TrainingData&) override {}
  size_t item_count() const override { return script_.settings().catalogue_size; }

  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    use_one_thread();
    FactorMatrix scores{requests.size(), item_count(), {}};
    scores.values.assign(requests.size() * item_count(), -std::numeric_limits<float>::infinity());
    ask(
        script_, requests, {0, requests.size()},
        [&](IndexRange rows, const IValue& value) { take(rows, value, scores); },
        [&](size_t row, std::string reason) { failures_.add(requests[row], std::move(reason)); });
    return std::make_unique<KnownRows>(std::move(scores));
  }

 private:
  void take(IndexRange rows, const IValue& value, FactorMatrix& scores) const {
    if (!value.isTensor()) throw std::runtime_error("score gave no tensor");
    const torch::Tensor given = plain(value.toTensor(), torch::kFloat32);
    const auto count = static_cast<int64_t>(rows.size());
    const bool padded = given.dim() == 2 && given.size(1) == script_.width();
    if (given.dim() != 2 || given.size(0) != count || (!padded && given.size(1) != script_.item_count())) {
      throw std::runtime_error(
          fmt::format("score gave {} where [{}, {}] was expected", shape_of(given), count, script_.item_count()));
    }
    const int64_t skipped = padded ? script_.first_item() : 0;
    const std::vector<ItemId>& items = script_.settings().items;
    for (size_t row = 0; row < rows.size(); ++row) {
      const float* from = given.data_ptr<float>() + static_cast<int64_t>(row) * given.size(1) + skipped;
      float* to = scores.row(rows.begin + row);
      for (size_t i = 0; i < items.size(); ++i) {
        if (items[i] != kOutOfCatalogue) to[index(items[i])] = from[i];
      }
    }
  }

  const Script& script_;
  Failures& failures_;
};

class ScriptRecommender : public Recommender {
 public:
  explicit ScriptRecommender(const UserScript& script) : script_(script) {}
  RecommenderInfo info() const override { return script_.settings().info; }

  Answers recommend(std::span<const Request> requests) override {
    return script_.settings().method == ScriptMethod::score ? by_scores(requests) : by_lists(requests);
  }

 private:
  Answers by_scores(std::span<const Request> requests) const {
    Failures failures;
    TopKOptions options = script_.settings().top_k;
    options.requests_per_block = script_.settings().batch_size;
    Answers answers = top_k(ScriptScores(script_, failures), requests, options);
    failures.write(requests, answers);
    return answers;
  }

  // Pieces are cut where k changes, since a call has one.
  Answers by_lists(std::span<const Request> requests) const {
    Answers answers(requests.size());
    for (size_t begin = 0; begin < requests.size();) {
      size_t end = begin + 1;
      while (end < requests.size() && requests[end].k == requests[begin].k) ++end;
      for_each_piece(end - begin, script_.settings().batch_size, [&](size_t, IndexRange piece) {
        use_one_thread();
        ask(
            script_, requests, {begin + piece.begin, begin + piece.end},
            [&](IndexRange rows, const IValue& value) { take(requests, rows, value, answers); },
            [&](size_t row, std::string reason) { answers[row] = malformed(std::move(reason)); });
      });
      begin = end;
    }
    return answers;
  }

  void take(std::span<const Request> requests, IndexRange rows, const IValue& value, Answers& answers) const {
    const bool with_scores = value.isTuple() && value.toTupleRef().elements().size() == 2;
    const IValue first = with_scores ? value.toTupleRef().elements()[0] : value;
    if (!first.isTensor()) throw std::runtime_error("recommend gave neither a tensor nor a pair of tensors");
    const torch::Tensor ids = first.toTensor();
    if (ids.dim() != 2 || ids.size(0) != static_cast<int64_t>(rows.size()) ||
        !at::isIntegralType(ids.scalar_type(), false)) {
      throw std::runtime_error(
          fmt::format("recommend gave {} where [{}, k] whole numbers were expected", shape_of(ids), rows.size()));
    }
    std::optional<torch::Tensor> scores;
    if (with_scores) scores = plain(value.toTupleRef().elements()[1].toTensor(), torch::kFloat64);
    if (scores && scores->sizes() != ids.sizes()) {
      throw std::runtime_error(fmt::format("recommend gave {} items and {} scores", shape_of(ids), shape_of(*scores)));
    }
    const torch::Tensor whole = plain(ids, torch::kInt64);
    for (size_t row = 0; row < rows.size(); ++row) {
      const auto columns = std::min<int64_t>(whole.size(1), requests[rows.begin + row].k);
      const auto at = static_cast<int64_t>(row) * whole.size(1);
      answers[rows.begin + row] = list({whole.data_ptr<int64_t>() + at, static_cast<size_t>(columns)},
                                       scores ? scores->data_ptr<double>() + at : nullptr);
    }
  }

  // -1 and the padding end a list that is shorter than k.
  Response list(std::span<const int64_t> numbers, const double* scores) const {
    const std::vector<ItemId>& items = script_.settings().items;
    const bool sequence = script_.settings().input == ScriptInput::sequence;
    const int64_t padding = !sequence ? -1 : script_.first_item() == 0 ? script_.item_count() : 0;
    Response response;
    for (size_t rank = 0; rank < numbers.size() && numbers[rank] != -1 && numbers[rank] != padding; ++rank) {
      const int64_t row = numbers[rank] - script_.first_item();
      const bool known = row >= 0 && row < script_.item_count();
      response.items.push_back(known ? items[static_cast<size_t>(row)] : kOutOfCatalogue);
      if (response.items.back() == kOutOfCatalogue) {
        response.unmatched.push_back({static_cast<uint32_t>(rank), fmt::format("the model's item {}", numbers[rank])});
      }
      if (scores == nullptr) continue;
      if (!std::isfinite(scores[rank])) return malformed("the script gave a score that is not a number");
      response.scores.push_back(scores[rank]);
    }
    return response;
  }

  Script script_;
};

}  // namespace

std::unique_ptr<Recommender> open_script(const UserScript& script) {
  return std::make_unique<ScriptRecommender>(script);
}

}  // namespace recgauge::reference_models
