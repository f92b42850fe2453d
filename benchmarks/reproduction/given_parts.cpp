// Measures a model by the protocol under which the numbers of DiffRec and of IRGAN were published, which a run
// configuration does not express: a user's training items are shown, training and validation items are left out of the
// list, test items count. FOLDER holds DiffRec's parts, or IRGAN's (of which ratings above 3.99 count).
//   reproduce_given_parts FOLDER KIND SEEDS [parameter=value ...]
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "harness/data/loaders/data_source.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/data/splits/split.h"
#include "harness/metrics/ranking_evaluator.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/neural_kinds/neural_kinds.h"
#include "reference_models/neural_kinds/neural_module.h"
#include "reference_models/scoring/top_k.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

struct Task {
  std::vector<std::string> metrics;
  LoadedData loaded;
  Split split;
};

Task diffrec_task(const std::string& folder) {
  DataSource source;
  source.format = DataFormat::diffrec;
  source.path = folder;
  Task task{{"recall@10", "recall@20", "ndcg@10", "ndcg@20"}, load_data(source), {}};
  task.split = make_given_split(task.loaded.train, task.loaded.validation, task.loaded.test, SplitSpec{});
  return task;
}

// Users 0 to 942 and items 0 to 1682, as numbered by the authors; the file's order stands for time.
std::shared_ptr<const Interactions> irgan_part(const std::filesystem::path& path) {
  constexpr uint32_t kUsers = 943;
  constexpr uint32_t kItems = 1683;
  constexpr float kLowestPositive = 3.99F;
  std::vector<Interaction> rows;
  for (RecordReader reader(existing_file(path), {}); reader.next();) {
    const auto number = [&](size_t field) {
      return static_cast<uint32_t>(std::stoul(std::string(reader.fields()[field])));
    };
    if (std::stof(std::string(reader.fields()[2])) <= kLowestPositive) continue;
    rows.push_back({UserId{number(0)}, ItemId{number(1)}, 1.0F, static_cast<int64_t>(rows.size())});
  }
  return std::make_shared<const Interactions>(
      Interactions::from_rows(std::move(rows), kUsers, kItems, TimeMeaning::file_order));
}

Task irgan_task(const std::filesystem::path& folder) {
  Task task{{"precision@3", "precision@5", "precision@10", "ndcg@3", "ndcg@5", "ndcg@10"}, {}, {}};
  const auto train = irgan_part(folder / "movielens-100k-train.txt");
  const auto test = irgan_part(folder / "movielens-100k-test.txt");
  const auto none = std::make_shared<const Interactions>(
      Interactions::from_rows({}, train->user_count(), train->item_count(), TimeMeaning::file_order));
  task.split = make_given_split(train, none, test, SplitSpec{});
  return task;
}

Task task_of(const std::string& folder) {
  const bool irgan = std::filesystem::exists(std::filesystem::path(folder) / "movielens-100k-train.txt.gz");
  return irgan ? irgan_task(folder) : diffrec_task(folder);
}

std::vector<metrics::MetricSpec> specs(const std::vector<std::string>& names) {
  std::vector<metrics::MetricSpec> parsed;
  for (const std::string& name : names) parsed.push_back(metrics::parse_metric(name));
  return parsed;
}

std::vector<double> measure(const ScoreModel& model, const Task& task) {
  const Split& split = task.split;
  std::vector<Request> requests;
  for (const UserId user : split.test_users) {
    Request request;
    request.user = user;
    request.k = 20;
    request.history = split.train->items(user);
    request.history_times = split.train->times(user);
    request.exclusions = split.history->items(user);
    requests.push_back(request);
  }
  TopKOptions options;
  options.tie_order = TieOrder::item_id;
  const std::vector<Response> responses = top_k(model, requests, options);
  metrics::RankingEvaluator evaluator(specs(task.metrics), model.item_count());
  std::vector<double> sums(task.metrics.size(), 0.0);
  std::vector<double> values(task.metrics.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    evaluator.evaluate({responses[i].items, split.test->items(requests[i].user), {}, 0}, values);
    for (size_t m = 0; m < sums.size(); ++m) sums[m] += values[m] / static_cast<double>(requests.size());
  }
  return sums;
}

std::unique_ptr<ScoreModel> make(const std::string& kind, const std::map<std::string, std::string>& parameters) {
  return find_neural_kind(kind) != nullptr ? make_neural_model(kind, parameters) : make_baseline(kind, parameters);
}

std::string row(const std::string& head, const std::vector<double>& values) {
  std::string text = fmt::format("{:<10}", head);
  for (const double value : values) text += fmt::format(" {:.4f}", value);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: {} FOLDER KIND SEEDS [parameter=value ...]\n", argv[0]);
    return 2;
  }
  std::map<std::string, std::string> parameters;
  for (int i = 4; i < argc; ++i) {
    const std::string text = argv[i];
    parameters[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  }
  try {
    const Task task = task_of(argv[1]);
    const Split& split = task.split;
    fmt::print("{}: {} test users of {}, train {}\n{:<10} {}\n", argv[2], split.test_users.size(),
               split.test->user_count(), split.train->content_hash().substr(0, 16), "seed",
               fmt::join(task.metrics, " "));
    const auto seeds = static_cast<size_t>(std::atoi(argv[3]));
    std::vector<double> sum(task.metrics.size(), 0.0);
    std::vector<double> squares(task.metrics.size(), 0.0);
    for (size_t seed = 1; seed <= seeds; ++seed) {
      const auto model = make(argv[2], parameters);
      const auto start = std::chrono::steady_clock::now();
      model->fit({&task.loaded.dataset, split.train.get(), split.validation.get(), seed});
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const std::vector<double> values = measure(*model, task);
      fmt::print("{}  (trained in {:.0f} s)\n", row(std::to_string(seed), values), seconds);
      std::fflush(stdout);
      for (size_t m = 0; m < values.size(); ++m) {
        sum[m] += values[m] / static_cast<double>(seeds);
        squares[m] += values[m] * values[m];
      }
    }
    std::vector<double> deviations;
    for (size_t m = 0; m < sum.size(); ++m) {
      const double n = static_cast<double>(seeds);
      deviations.push_back(n > 1 ? std::sqrt(std::max(0.0, (squares[m] - n * sum[m] * sum[m]) / (n - 1))) : 0.0);
    }
    fmt::print("{}\n{}\n", row("mean", sum), row("deviation", deviations));
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
