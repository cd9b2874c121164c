// Distributions of the initial parameters (docs/models.md).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace fedmeta::model {

class ParameterLayout;

/// `tf` follows TensorFlow 1 (the papers): Glorot-uniform kernels, zero biases, forget bias 1. `torch`
/// follows PyTorch's defaults.
enum class Initialisation { tf, torch };

/// The distribution from which a block's initial values are drawn.
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

/// A block's distribution under each initialisation.
struct Start {
  Draw tf, torch;
};

/// Numbers of inputs and outputs of a unit; a convolution's count each place of its window.
struct Fans {
  double in, out;
};

/// Returns the fans of a weight [out, in, ...].
Fans fans(const std::vector<std::int64_t>& shape);

/// For linear layers and convolutions: U(+-sqrt(6 / (in + out))) or U(+-1/sqrt(in)).
Start kernel_start(const Fans& fans);
/// For the bias that goes with that kernel: zeros or U(+-1/sqrt(in)).
Start bias_start(const Fans& fans);
/// For learned vectors: U(+-sqrt(6 / (words + width))) or N(0, 1).
Start embedding_start(std::int64_t words, std::int64_t width);
/// For both kernels of a layer with I inputs and H units. TensorFlow's BasicLSTMCell has a single kernel
/// [I + H, 4H], so both use that kernel's fans; or U(+-1/sqrt(H)).
Start lstm_kernel_start(std::int64_t inputs, std::int64_t hidden);
/// `forget`: this bias carries the forget gate's 1; if there are two biases, only one does.
Start lstm_bias_start(std::int64_t hidden, bool forget);

/// Draws a theta [P], fp32 on the CPU, the same on every machine for the same seed.
at::Tensor initial_parameters(const ParameterLayout& layout, Initialisation initialisation,
                              std::uint64_t seed);

}  // namespace fedmeta::model
