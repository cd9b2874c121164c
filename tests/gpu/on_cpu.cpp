#include "gpu/on_cpu.hpp"

#include <cmath>
#include <memory>
#include <span>

#include "cuda/adam_vectors.cuh"
#include "cuda/lstm_cells.cuh"
#include "cuda/pooled_rows.cuh"
#include "cuda/softmax_rows.cuh"

extern "C" {
fedmeta::kernels::GroupAdam* fedmeta_make_group_adam();
fedmeta::kernels::GroupLstm* fedmeta_make_group_lstm();
fedmeta::kernels::GroupPooling* fedmeta_make_group_pooling();
fedmeta::kernels::GroupSoftmax* fedmeta_make_group_softmax();
}

namespace fedmeta::cuda {
namespace {

template <class Work>
void for_each(std::int64_t clients, std::int64_t rows, std::int64_t width, const Work& work) {
  for (std::int64_t client = 0; client < clients; ++client)
    for (std::int64_t row = 0; row < rows; ++row)
      for (std::int64_t place = 0; place < width; ++place) work(client, row, place);
}

template <class Cell>
void run_step(const LstmArrays& a, std::int64_t t) {
  for_each(a.clients, a.rows, a.hidden, LstmStep<Cell>{a, t});
}

template <template <int> class Work, class... Arguments>
void for_each_window(bool in_fours, const Windows& w, Arguments... arguments) {
  if (in_fours)
    for_each(w.clients, w.windows, w.channels / 4, Work<4>{w, arguments...});
  else
    for_each(w.clients, w.windows, w.channels, Work<1>{w, arguments...});
}

template <int lanes, class Order, class Read>
void write_columns(const Images& images, int k, const Read& read_pixel, float* out) {
  for_each(images.count, images.height * images.width, k * k * images.channels / lanes,
           WriteColumns<lanes, Order, Read>{images, k, read_pixel, out});
}

/// One thread.
struct Alone {
  static constexpr int size = 1, rank = 0;
  static float largest(float x) { return x; }
  static float sum(float x) { return x; }
};

}  // namespace

void adam_step(const AdamClients& clients, int count, std::int64_t size, const AdamConstants& constants) {
  for (const auto& a : std::span(clients.of).first(static_cast<std::size_t>(count))) {
    const auto factors = factors_of(constants, *a.steps);
    for (std::int64_t i = 0; i < size; ++i) {
      AdamNumber number{a.theta[i], a.direction[i], a.mean[i], a.square[i]};
      number.step(constants, factors);
      a.theta[i] = number.theta;
      a.mean[i] = number.mean;
      a.square[i] = number.square;
    }
  }
}

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
  for_each(clients, rows, width, AddBiases{a, rows, width, first, second});
}

void columns(const float* image, Images images, int k, float* out, bool in_fours) {
  if (in_fours)
    write_columns<4, ByWindow>(images, k, Plain<4>{image}, out);
  else
    write_columns<1, ByWindow>(images, k, Plain<1>{image}, out);
}
void columns_before_pool(const float* dy, const std::uint8_t* source, Images images, int k, float* out,
                         bool in_fours) {
  if (in_fours)
    write_columns<4, RowByRow>(images, k, BeforePool<4>{dy, source}, out);
  else
    write_columns<1, RowByRow>(images, k, BeforePool<1>{dy, source}, out);
}
void pool(const float* z, const float* bias, std::int64_t bias_stride, Windows windows, float* value,
          std::uint8_t* source, bool in_fours) {
  for_each_window<Pool>(in_fours, windows, z, bias, bias_stride, value, source);
}
void pick(const float* rz, const std::uint8_t* source, Windows windows, float* value, bool in_fours) {
  for_each_window<Pick>(in_fours, windows, rz, source, value);
}
void unpool(const float* dy, const std::uint8_t* source, Windows windows, float* dz, bool in_fours) {
  for_each_window<Unpool>(in_fours, windows, dy, source, dz);
}

void softmax_losses(const float* scores, const std::int64_t* labels, const float* share, std::int64_t rows,
                    std::int64_t classes, const SoftmaxResults& to) {
  const SoftmaxLossesOfRow<Alone> of_row{scores, labels, share, classes, to};
  for (std::int64_t row = 0; row < rows; ++row) of_row({}, row);
}
void softmax_gradient_along(const float* probabilities, const float* share, const float* rscores,
                            std::int64_t rows, std::int64_t classes, float* out) {
  const SoftmaxAlongOfRow<Alone> of_row{probabilities, share, rscores, classes, out};
  for (std::int64_t row = 0; row < rows; ++row) of_row({}, row);
}

}  // namespace fedmeta::cuda

namespace fedmeta::test {

const kernels::GroupAdam& adam_on_cpu() {
  static const std::unique_ptr<const kernels::GroupAdam> kernels(fedmeta_make_group_adam());
  return *kernels;
}
const kernels::GroupLstm& lstm_on_cpu() {
  static const std::unique_ptr<const kernels::GroupLstm> kernels(fedmeta_make_group_lstm());
  return *kernels;
}
const kernels::GroupPooling& pooling_on_cpu() {
  static const std::unique_ptr<const kernels::GroupPooling> kernels(fedmeta_make_group_pooling());
  return *kernels;
}
const kernels::GroupSoftmax& softmax_on_cpu() {
  static const std::unique_ptr<const kernels::GroupSoftmax> kernels(fedmeta_make_group_softmax());
  return *kernels;
}

}  // namespace fedmeta::test
