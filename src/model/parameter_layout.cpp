#include "model/parameter_layout.hpp"

#include <ATen/ATen.h>

#include <functional>
#include <numeric>
#include <sstream>

namespace fedmeta::model {

void ParameterLayout::add(std::string name, std::vector<std::int64_t> shape, const Start& start) {
  const auto count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  blocks_.push_back({std::move(name), std::move(shape), size_, count, start});
  size_ += count;
}

void ParameterLayout::add_layer(const std::string& name, const std::vector<std::int64_t>& weight) {
  add(name + ".weight", weight, kernel_start(fans(weight)));
  add(name + ".bias", {weight[0]}, bias_start(fans(weight)));
}

Weights ParameterLayout::views(const at::Tensor& theta) const {
  std::vector<std::int64_t> sizes;
  for (const auto& block : blocks_) sizes.push_back(block.size);
  // The backward of split_with_sizes is a single cat, unlike that of one narrow() per block.
  Weights views = theta.split_with_sizes(sizes);
  for (std::size_t i = 0; i < views.size(); ++i) views[i] = views[i].view(blocks_[i].shape);
  return views;
}

at::Tensor ParameterLayout::flatten(const Weights& weights) const {
  std::vector<at::Tensor> flat;
  for (const auto& weight : weights) flat.push_back(weight.reshape({-1}));
  return at::cat(flat);
}

std::string ParameterLayout::json() const {
  std::ostringstream out;
  out << '[';
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    out << (i ? ", " : "") << "[\"" << blocks_[i].name << "\", [";
    for (std::size_t d = 0; d < blocks_[i].shape.size(); ++d) out << (d ? ", " : "") << blocks_[i].shape[d];
    out << "]]";
  }
  out << ']';
  return out.str();
}

}  // namespace fedmeta::model
