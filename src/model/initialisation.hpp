// Where the initial parameters come from (docs/models.md).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace fedmeta::model {

class ParameterLayout;

/// `tf` = as TensorFlow 1 (the papers): Glorot-uniform kernels, zero biases, forget bias 1. `torch` =
/// PyTorch's defaults.
enum class Initialisation { tf, torch };

/// The distribution of one block's first values.
struct Draw {
  enum class Kind {
    zeros,
    forget_ones,  ///< an LSTM's bias: ones at its forget gate, the second quarter, else zeros
    uniform,      ///< U(-scale, scale)
    normal        ///< N(0, scale^2)
  };
  Kind kind = Kind::zeros;
  double scale = 0;
};

/// A block's distribution under either initialisation.
struct Start {
  Draw tf, torch;
};

/// Inputs and outputs of one unit, a convolution's times its window.
struct Fans {
  double in, out;
};

/// Of a weight [out, in, ...].
Fans fans(const std::vector<std::int64_t>& shape);

/// Linear and convolution: U(+-sqrt(6 / (in + out))) or U(+-1/sqrt(in)).
Start kernel_start(const Fans& fans);
/// The bias beside that kernel: zeros or U(+-1/sqrt(in)).
Start bias_start(const Fans& fans);
/// U(+-sqrt(6 / (words + width))) or N(0, 1).
Start embedding_start(std::int64_t words, std::int64_t width);
/// Either kernel of a layer with I inputs and H units: TensorFlow's BasicLSTMCell has one kernel
/// [I + H, 4H], whose fans both parts take; or U(+-1/sqrt(H)).
Start lstm_kernel_start(std::int64_t inputs, std::int64_t hidden);
/// `forget`: this bias carries the forget gate's 1 (of two biases one does).
Start lstm_bias_start(std::int64_t hidden, bool forget);

/// A fresh theta [P], fp32 on the CPU, the same on every machine for the same seed.
at::Tensor initial_parameters(const ParameterLayout& layout, Initialisation initialisation,
                              std::uint64_t seed);

}  // namespace fedmeta::model
