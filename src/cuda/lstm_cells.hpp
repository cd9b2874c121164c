// The steps of kernels/group_lstm.hpp on plain arrays.
#pragma once

#include <cstdint>

namespace fedmeta::cuda {

/// The arrays of a layer, by the names of kernels::LstmSteps and LstmStepsAlong. Those that a step does not
/// use may be null.
struct LstmArrays {
  std::int64_t clients, length, rows, hidden;
  float *gates, *c, *tanh_c, *h;
  float *dh, *dc, *da;
  float *ra, *rc, *rh;
  float *rdh, *rdc, *rda;
};

void lstm_forward(const LstmArrays& arrays, std::int64_t t);
void lstm_backward(const LstmArrays& arrays, std::int64_t t);
void lstm_forward_along(const LstmArrays& arrays, std::int64_t t);
void lstm_backward_along(const LstmArrays& arrays, std::int64_t t);

/// A vector [width] for each client, `stride` numbers apart; null: zeros.
struct Bias {
  const float* values;
  std::int64_t stride;
};

/// Adds both to each row of a [clients, rows, width].
void add_biases(float* a, std::int64_t clients, std::int64_t rows, std::int64_t width, Bias first,
                Bias second);

}  // namespace fedmeta::cuda
