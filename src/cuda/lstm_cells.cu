#include "cuda/lstm_cells.cuh"

#include "cuda/for_each.cuh"

namespace fedmeta::cuda {
namespace {

Extent of_a_step(const LstmArrays& a) {
  return {a.clients, a.rows, a.hidden};
}

}  // namespace

void lstm_forward(const LstmArrays& arrays, std::int64_t t) {
  for_each(of_a_step(arrays), LstmForwardStep{arrays, t});
}
void lstm_backward(const LstmArrays& arrays, std::int64_t t) {
  for_each(of_a_step(arrays), LstmBackwardStep{arrays, t});
}
void lstm_forward_along(const LstmArrays& arrays, std::int64_t t) {
  for_each(of_a_step(arrays), LstmForwardAlongStep{arrays, t});
}
void lstm_backward_along(const LstmArrays& arrays, std::int64_t t) {
  for_each(of_a_step(arrays), LstmBackwardAlongStep{arrays, t});
}

void add_biases(float* a, std::int64_t clients, std::int64_t rows, std::int64_t width, Bias first,
                Bias second) {
  for_each({clients, rows, width}, AddBiases{a, rows, width, first, second}, /*rows_a_thread=*/4);
}

}  // namespace fedmeta::cuda
