#include "engine/product_observer.hpp"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <string_view>
#include <vector>

namespace fedmeta::engine {
namespace {

thread_local std::int64_t counted = 0;
thread_local int convolutions_open = 0;

bool is_convolution(std::string_view name) {
  return name == "aten::convolution" || name == "aten::convolution_backward";
}

std::int64_t matrix_product(const at::Tensor& a, const at::Tensor& b) {
  return 2 * a.numel() * b.size(-1);
}

/// One of the three products of a layer: each output pixel meets the kernel's window once.
std::int64_t one_convolution(const at::Tensor& output, const at::Tensor& weight) {
  return 2 * output.numel() / output.size(1) * weight.numel();
}

/// A convolution's stride or padding in dimension `i` of the picture: one number may stand for both.
std::int64_t in_dimension(const std::vector<std::int64_t>& numbers, std::size_t i) {
  return numbers.size() == 1 ? numbers[0] : numbers.at(i);
}

/// Arguments of aten::convolution: input, weight, bias, stride, padding, ...
std::int64_t convolution(c10::ArrayRef<const c10::IValue> in) {
  const auto x = in[0].toTensor(), w = in[1].toTensor();
  const auto stride = in[3].toIntVector(), padding = in[4].toIntVector();
  const auto side = [&](std::int64_t d) {
    const auto i = static_cast<std::size_t>(d - 2);
    return (x.size(d) + 2 * in_dimension(padding, i) - w.size(d)) / in_dimension(stride, i) + 1;
  };
  return 2 * x.size(0) * side(2) * side(3) * w.numel();
}

/// Arguments of aten::convolution_backward: grad_output, input, weight, ..., output_mask.
std::int64_t convolution_backward(c10::ArrayRef<const c10::IValue> in) {
  const auto mask = in[10].toBoolList();
  return (mask[0] + mask[1]) * one_convolution(in[0].toTensor(), in[2].toTensor());
}

/// Arguments of our own product: rows, inner size, columns.
std::int64_t own_product(c10::ArrayRef<const c10::IValue> in) {
  return 2 * in[0].toInt() * in[1].toInt() * in[2].toInt();
}

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& call) {
  const std::string_view name = call.name();
  const auto in = call.inputs();
  if (convolutions_open == 0) {
    if (name == "aten::mm" || name == "aten::bmm")
      counted += matrix_product(in[0].toTensor(), in[1].toTensor());
    if (name == "aten::addmm" || name == "aten::addmm_" || name == "aten::baddbmm_")
      counted += matrix_product(in[1].toTensor(), in[2].toTensor());
    if (name == "fedmeta::product") counted += own_product(in);
    if (name == "aten::convolution") counted += convolution(in);
    if (name == "aten::convolution_backward") counted += convolution_backward(in);
  }
  if (is_convolution(name)) ++convolutions_open;
  return nullptr;
}

void leave(const at::RecordFunction& call, at::ObserverContext*) {
  if (is_convolution(call.name())) --convolutions_open;
}

}  // namespace

ProductObserver::ProductObserver()
    : handle_(at::addThreadLocalCallback(
          at::RecordFunctionCallback(enter, leave).needsInputs(true).scopes({at::RecordScope::FUNCTION}))) {
  counted = 0;
}

ProductObserver::~ProductObserver() {
  at::removeCallback(handle_);
}

std::int64_t ProductObserver::flops() const {
  return counted;
}

}  // namespace fedmeta::engine
