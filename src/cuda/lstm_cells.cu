#include "cuda/lstm_cells.cuh"

#include "cuda/for_each.cuh"

namespace fedmeta::cuda {
namespace {

template <class Cell>
void run_step(const LstmArrays& a, std::int64_t t) {
  for_each({a.clients, a.rows, a.hidden}, LstmStep<Cell>{a, t});
}

}  // namespace

void lstm_forward(const LstmArrays& arrays, std::int64_t t) {
  run_step<LstmForwardCell>(arrays, t);
}
void lstm_backward(const LstmArrays& arrays, std::int64_t t) {
  run_step<LstmBackwardCell>(arrays, t);
}
void lstm_forward_along(const LstmArrays& arrays, std::int64_t t) {
  run_step<LstmForwardAlongCell>(arrays, t);
}
void lstm_backward_along(const LstmArrays& arrays, std::int64_t t) {
  run_step<LstmBackwardAlongCell>(arrays, t);
}

void add_biases(float* a, std::int64_t clients, std::int64_t rows, std::int64_t width, Bias first,
                Bias second) {
  for_each({clients, rows, width}, AddBiases{a, rows, width, first, second}, /*rows_a_thread=*/4);
}

}  // namespace fedmeta::cuda
