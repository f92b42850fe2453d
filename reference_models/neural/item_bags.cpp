#include "reference_models/neural/item_bags.h"

#include <algorithm>

#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

void ItemBags::add(std::span<const ItemId> history, double oldest_weight) {
  std::vector<std::pair<int64_t, float>> row;
  row.reserve(history.size());
  const double step = history.size() > 1 ? (1.0 - oldest_weight) / static_cast<double>(history.size() - 1) : 0.0;
  for (size_t i = 0; i < history.size(); ++i) {
    row.emplace_back(static_cast<int64_t>(history[i]),
                     static_cast<float>(oldest_weight + step * static_cast<double>(i)));
  }
  std::sort(row.begin(), row.end());
  for (size_t i = 0; i < row.size(); ++i) {
    if (i + 1 < row.size() && row[i + 1].first == row[i].first) continue;
    items.push_back(row[i].first);
    weights.push_back(row[i].second);
  }
  offsets.push_back(static_cast<int64_t>(items.size()));
}

ItemBags bags_of(const Interactions& interactions, double oldest_weight) {
  ItemBags bags;
  for (uint32_t user = 0; user < interactions.user_count(); ++user) {
    if (interactions.row_size(UserId{user}) > 0) bags.add(interactions.items(UserId{user}), oldest_weight);
  }
  return bags;
}

ItemBags bags_of(std::span<const Request> requests, double oldest_weight) {
  ItemBags bags;
  for (const Request& request : requests) bags.add(request.history, oldest_weight);
  return bags;
}

ItemBags select(const ItemBags& bags, std::span<const uint32_t> rows) {
  ItemBags selected;
  for (const uint32_t row : rows) {
    const std::span<const int64_t> items = bags.row(row);
    selected.items.insert(selected.items.end(), items.begin(), items.end());
    const auto first = bags.weights.begin() + bags.offsets[row];
    selected.weights.insert(selected.weights.end(), first, first + static_cast<std::ptrdiff_t>(items.size()));
    selected.offsets.push_back(static_cast<int64_t>(selected.items.size()));
  }
  return selected;
}

BagTensors to_tensors(const ItemBags& bags, const torch::Device& device) {
  std::vector<int64_t> rows;
  std::vector<float> counts;
  rows.reserve(bags.items.size());
  for (size_t i = 0; i < bags.size(); ++i) {
    rows.insert(rows.end(), bags.row(i).size(), static_cast<int64_t>(i));
    counts.push_back(static_cast<float>(bags.row(i).size()));
  }
  const std::vector<int64_t> begins(bags.offsets.begin(), bags.offsets.end() - 1);
  return {to_tensor(bags.items, device), to_tensor(bags.weights, device), to_tensor(rows, device),
          to_tensor(begins, device), to_tensor(counts, device)};
}

torch::Tensor to_dense(const BagTensors& bags, int64_t item_count) {
  torch::Tensor dense = torch::zeros({bags.counts.size(0), item_count}, bags.counts.options());
  dense.view(-1).index_copy_(0, bags.rows * item_count + bags.items, bags.weights);
  return dense;
}

}  // namespace recgauge::reference_models
