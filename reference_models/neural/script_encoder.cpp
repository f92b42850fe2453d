#include "reference_models/neural/script_encoder.h"

#include <fmt/format.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <cmath>

#include "harness/system/error.h"
#include "harness/system/terminal_text.h"
#include "reference_models/neural/script_file.h"

namespace recgauge::reference_models {
namespace {

constexpr size_t kTextsPerCall = 64;

torch::jit::Method encoding_method(const torch::jit::Module& module, const std::string& path) {
  auto method = module.find_method("encode");
  if (!method) method = module.find_method("forward");
  const char* expected = "encode(self, texts: List[str]) -> Tensor";
  if (!method) {
    throw ConfigError(
        fmt::format("{} has no method {}; give the module this method, marked @torch.jit.export", path, expected));
  }
  const c10::FunctionSchema& schema = method->function().getSchema();
  const bool fits =
      schema.arguments().size() == 2 && schema.arguments()[1].type()->isSubtypeOf(*c10::ListType::ofStrings());
  if (!fits) {
    throw ConfigError(fmt::format("{}: its method is {}, but {} is called", path,
                                  printable(fmt::format("{}", c10::toString(schema)), kLongestReason), expected));
  }
  return *method;
}

// float32, texts x width, on the CPU.
torch::Tensor call(const torch::jit::Method& method, std::span<const std::string> texts, const std::string& path) {
  c10::List<std::string> list;
  for (const std::string& text : texts) list.push_back(text);
  torch::jit::IValue answer;
  try {
    answer = method({torch::jit::IValue(std::move(list))});
  } catch (const std::exception& error) {
    throw DataError(fmt::format("{}: encode failed: {}", path, script_failure(error)));
  }
  if (!answer.isTensor()) throw DataError(fmt::format("{}: encode gave no tensor", path));
  const torch::Tensor& rows = answer.toTensor();
  if (rows.dim() != 2 || rows.size(0) != static_cast<int64_t>(texts.size()) || rows.size(1) == 0 || rows.is_complex()) {
    throw DataError(
        fmt::format("{}: encode gave {} for {} texts; expected a row a text", path, shape_of(rows), texts.size()));
  }
  return rows.to(torch::kCPU, torch::kFloat32).contiguous();
}

}  // namespace

FactorMatrix encode_texts(const std::string& path, std::span<const std::string> texts) {
  const torch::NoGradGuard no_gradients;
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  const torch::jit::Module module = load_script(path);
  const torch::jit::Method method = encoding_method(module, path);
  FactorMatrix vectors;
  for (size_t begin = 0; begin < texts.size(); begin += kTextsPerCall) {
    const auto some = texts.subspan(begin, std::min(kTextsPerCall, texts.size() - begin));
    const torch::Tensor rows = call(method, some, path);
    const auto width = static_cast<size_t>(rows.size(1));
    if (begin == 0) vectors.dimension = width;
    if (width != vectors.dimension) {
      throw DataError(fmt::format("{}: encode gave vectors of {} and of {} numbers", path, vectors.dimension, width));
    }
    const float* values = rows.data_ptr<float>();
    vectors.values.insert(vectors.values.end(), values, values + rows.numel());
    vectors.rows += some.size();
  }
  if (!std::all_of(vectors.values.begin(), vectors.values.end(), [](float value) { return std::isfinite(value); })) {
    throw DataError(fmt::format("{}: encode gave numbers that are not finite", path));
  }
  return vectors;
}

}  // namespace recgauge::reference_models
