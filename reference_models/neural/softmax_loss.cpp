#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct SoftmaxLoss : torch::autograd::Function<SoftmaxLoss> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& logits, const torch::Tensor& rows,
                               const torch::Tensor& targets, const torch::Tensor& counts) {
    const auto row_count = static_cast<double>(logits.size(0));
    torch::Tensor work = torch::log_softmax(logits, 1);
    const torch::Tensor places = rows * logits.size(1) + targets;
    const torch::Tensor loss = work.view(-1).index_select(0, places).sum().div(-row_count);
    work.exp_().mul_((counts / row_count).unsqueeze(1));
    work.view(-1).index_add_(0, places, torch::full(places.sizes(), -1.0 / row_count, work.options()));
    context->save_for_backward({work});
    return loss;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    torch::Tensor work = context->get_saved_variables()[0];
    if (gradients[0].item<float>() != 1.0F) work = work * gradients[0];
    return {work, torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor softmax_loss(const torch::Tensor& logits, const torch::Tensor& rows_of_targets,
                           const torch::Tensor& targets, const torch::Tensor& counts) {
  return SoftmaxLoss::apply(logits, rows_of_targets, targets, counts);
}

torch::Tensor softmax_loss(const torch::Tensor& logits, const torch::Tensor& targets) {
  const torch::Tensor rows = torch::arange(logits.size(0), targets.options());
  return softmax_loss(logits, rows, targets, torch::ones({logits.size(0)}, logits.options().requires_grad(false)));
}

}  // namespace recgauge::reference_models
