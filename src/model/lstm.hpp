// The sources' networks for text: word vectors, two LSTM layers, a dense head on the last step's output.
#pragma once

#include "model/network.hpp"

namespace fedmeta::model {

/// Looks up ids [...] in table [words, width]. Returns [..., width], zeros for ids that the table does not
/// have.
at::Tensor embedded(const at::Tensor& table, const at::Tensor& ids);

/// Tokens -> vectors -> LSTM -> ... -> LSTM -> last output [hidden] -> (linear `head`, without activation)
/// -> linear `classes`.
///
/// Uses its own cell over matrix products, since the fused cells of cuDNN and oneDNN have no second
/// derivative.
class Lstm final : public Network {
 public:
  struct Sizes {
    std::int64_t length = 80;    ///< tokens of a sequence; only F depends on it
    std::int64_t words = 80;     ///< token ids 0 .. words-1 have a learned vector, unless vectors are given
    std::int64_t embedding = 8;  ///< width of a learned vector
    std::int64_t hidden = 256;
    std::int64_t layers = 2;
    std::int64_t head = 0;  ///< units of a linear layer before the last, 0 = none
    std::int64_t classes = 80;
    bool two_biases = false;  ///< an input and a recurrent bias, as PyTorch has them
  };

  /// `vectors` [words, width] are frozen vectors instead of learned ones. They are not parameters, and must
  /// be on the device on which the network is used.
  explicit Lstm(const Sizes& sizes, at::Tensor vectors = {});

  const Sizes& sizes() const { return sizes_; }
  /// Returns [words, width], or an undefined tensor if the vectors are learned.
  const at::Tensor& vectors() const { return vectors_; }
  std::string name() const override { return "lstm"; }
  const ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override;
  std::int64_t classes() const override { return sizes_.classes; }
  /// x: token ids [n, length], int64. Ids from `words` on are unknown and have a zero vector.
  at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products,
                    std::uint64_t dropout) const override;

 private:
  std::int64_t width() const { return vectors_.defined() ? vectors_.size(1) : sizes_.embedding; }
  void add_layer(const std::string& name, std::int64_t inputs);

  Sizes sizes_;
  at::Tensor vectors_;
  ParameterLayout layout_;
};

}  // namespace fedmeta::model
