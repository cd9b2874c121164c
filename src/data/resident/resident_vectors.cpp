#include "data/resident/resident_vectors.hpp"

#include <ATen/ATen.h>

namespace fedmeta::data {

at::Tensor resident_vectors(const Dataset& dataset, at::Device device) {
  const auto* vectors = dataset.vectors();
  if (!vectors) return {};
  return at::tensor(vectors->values, at::kFloat).view({vectors->words, vectors->width}).to(device);
}

}  // namespace fedmeta::data
