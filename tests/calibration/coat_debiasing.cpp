// Do propensity-weighted offline metrics order models better than naive ones? Coat: models are fitted on a part of the
// ratings that users chose to give, judged on the rest of them with and without weights, and both orders are held
// against the order on ratings of uniformly random items. Prints the table; needs the folder of shared data.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"

using namespace recgauge;

namespace {

constexpr size_t kUsers = 290;
constexpr size_t kItems = 300;
constexpr double kHeldOut = 0.3;

struct Rating {
  size_t user = 0;
  size_t item = 0;
  double value = 0.0;
  double propensity = 1.0;
};

std::vector<double> read_matrix(const std::filesystem::path& path) {
  RecordReader reader(existing_file(path), {" ", false, TextEncoding::utf8});
  std::vector<double> values;
  while (reader.next()) {
    for (const std::string_view field : reader.fields()) {
      if (const auto value = loaders::parse_number(field)) values.push_back(*value);
    }
  }
  if (values.size() != kUsers * kItems) throw DataError(path.string() + " is no matrix of 290 x 300 numbers");
  return values;
}

std::vector<Rating> ratings_of(const std::vector<double>& matrix, const std::vector<double>& propensities) {
  std::vector<Rating> ratings;
  for (size_t at = 0; at < matrix.size(); ++at) {
    if (matrix[at] > 0) ratings.push_back({at / kItems, at % kItems, matrix[at], propensities[at]});
  }
  return ratings;
}

// Biased matrix factorisation by stochastic gradient descent; `weighted` divides every error by its propensity.
struct Settings {
  const char* name;
  size_t factors;
  double regularisation;
  bool user_bias;
  bool item_bias;
  bool weighted;
};

class Factorisation {
 public:
  Factorisation(const Settings& settings, const std::vector<Rating>& train, uint64_t seed) : s_(settings) {
    RandomStream stream(seed);
    users_.resize(kUsers * (s_.factors + 1), 0.0);
    items_.resize(kItems * (s_.factors + 1), 0.0);
    for (double& x : users_) x = 0.1 * stream.normal();
    for (double& x : items_) x = 0.1 * stream.normal();
    for (size_t u = 0; u < kUsers; ++u) users_[u * (s_.factors + 1)] = 0.0;
    for (size_t i = 0; i < kItems; ++i) items_[i * (s_.factors + 1)] = 0.0;
    double weights = 0.0;
    double sum = 0.0;
    for (const Rating& r : train) {
      weights += weight(r);
      sum += weight(r) * r.value;
    }
    mean_ = sum / weights;
    const double scale = static_cast<double>(train.size()) / weights;
    std::vector<Rating> order = train;
    for (int epoch = 0; epoch < 40; ++epoch) {
      shuffle(order, stream);
      for (const Rating& r : order) step(r, 0.02 * std::min(10.0, scale * weight(r)));
    }
  }

  double operator()(size_t user, size_t item) const {
    const double* u = users_.data() + user * (s_.factors + 1);
    const double* i = items_.data() + item * (s_.factors + 1);
    double value = mean_ + u[0] + i[0];
    for (size_t f = 1; f <= s_.factors; ++f) value += u[f] * i[f];
    return std::clamp(value, 1.0, 5.0);
  }

 private:
  double weight(const Rating& r) const { return s_.weighted ? 1.0 / r.propensity : 1.0; }

  void step(const Rating& r, double rate) {
    const double error = r.value - (*this)(r.user, r.item);
    double* u = users_.data() + r.user * (s_.factors + 1);
    double* i = items_.data() + r.item * (s_.factors + 1);
    if (s_.user_bias) u[0] += rate * (error - s_.regularisation * u[0]);
    if (s_.item_bias) i[0] += rate * (error - s_.regularisation * i[0]);
    for (size_t f = 1; f <= s_.factors; ++f) {
      const double before = u[f];
      u[f] += rate * (error * i[f] - s_.regularisation * u[f]);
      i[f] += rate * (error * before - s_.regularisation * i[f]);
    }
  }

  Settings s_;
  double mean_ = 0.0;
  std::vector<double> users_;
  std::vector<double> items_;
};

constexpr std::array<Settings, 12> kModels{{{"mean", 0, 0, false, false, false},
                                            {"user bias", 0, 0.1, true, false, false},
                                            {"item bias", 0, 0.1, false, true, false},
                                            {"both biases", 0, 0.1, true, true, false},
                                            {"factors, weak penalty", 8, 0.02, true, true, false},
                                            {"factors, middle penalty", 8, 0.2, true, true, false},
                                            {"factors, strong penalty", 8, 1.0, true, true, false},
                                            {"weighted mean", 0, 0, false, false, true},
                                            {"weighted both biases", 0, 0.1, true, true, true},
                                            {"weighted factors, weak", 8, 0.02, true, true, true},
                                            {"weighted factors, middle", 8, 0.2, true, true, true},
                                            {"weighted factors, strong", 8, 1.0, true, true, true}}};

struct Errors {
  double naive = 0.0;
  double ips = 0.0;    // over all pairs: sum(e / p) / (users x items)
  double snips = 0.0;  // sum(e / p) / sum(1 / p)
};

Errors errors_of(const Factorisation& model, const std::vector<Rating>& ratings, double share) {
  Errors errors;
  double weights = 0.0;
  for (const Rating& r : ratings) {
    const double error = std::pow(r.value - model(r.user, r.item), 2);
    errors.naive += error / static_cast<double>(ratings.size());
    errors.ips += error / (r.propensity * share) / static_cast<double>(kUsers * kItems);
    errors.snips += error / r.propensity;
    weights += 1.0 / r.propensity;
  }
  errors.snips /= weights;
  return errors;
}

void print(const char* name, const std::vector<double>& values) {
  const statistics::Moments m = statistics::moments(values);
  const double reach = 2.0 * m.deviation / std::sqrt(static_cast<double>(m.n));
  fmt::print("| {} | {:.3f} ({:.3f} to {:.3f}) |\n", name, m.mean, m.mean - reach, m.mean + reach);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "coat";
  if (!std::filesystem::exists(folder)) {
    fmt::print("skipped: Coat is not in the folder of shared data\n");
    return 0;
  }
  const uint64_t splits = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 30;
  const std::vector<double> propensities = read_matrix(folder / "propensities.ascii");
  const std::vector<Rating> chosen = ratings_of(read_matrix(folder / "train.ascii"), propensities);
  const std::vector<Rating> random = ratings_of(read_matrix(folder / "test.ascii"), propensities);
  std::vector<double> naive_taus;
  std::vector<double> ips_taus;
  std::vector<double> snips_taus;
  std::vector<double> gains;
  for (uint64_t split = 1; split <= splits; ++split) {
    RandomStream stream(derive_seed(split, "held out"));
    std::vector<Rating> train;
    std::vector<Rating> held_out;
    for (const Rating& r : chosen) (stream.uniform() < kHeldOut ? held_out : train).push_back(r);
    std::vector<double> truth;
    std::vector<double> naive;
    std::vector<double> ips;
    std::vector<double> snips;
    for (const Settings& settings : kModels) {
      const Factorisation model(settings, train, split);
      const Errors errors = errors_of(model, held_out, kHeldOut);
      naive.push_back(errors.naive);
      ips.push_back(errors.ips);
      snips.push_back(errors.snips);
      truth.push_back(errors_of(model, random, 1.0).naive);
    }
    naive_taus.push_back(statistics::kendall_tau_b(naive, truth).value_or(0.0));
    ips_taus.push_back(statistics::kendall_tau_b(ips, truth).value_or(0.0));
    snips_taus.push_back(statistics::kendall_tau_b(snips, truth).value_or(0.0));
    gains.push_back(snips_taus.back() - naive_taus.back());
  }
  fmt::print("| offline mean squared error | tau_b with the error on random items, mean over splits |\n|---|---|\n");
  print("naive", naive_taus);
  print("IPS", ips_taus);
  print("SNIPS", snips_taus);
  print("SNIPS minus naive, paired", gains);
  return 0;
}
