#include "kernels/group_lstm.hpp"

#include <ATen/ATen.h>

#include "cuda/arrays.hpp"
#include "cuda/lstm_cells.hpp"
#include "cuda/lstm_loops.hpp"

namespace fedmeta::cuda {
namespace {

using kernels::LstmSteps;
using kernels::LstmStepsAlong;

LstmArrays arrays_of(const LstmSteps& s, const LstmStepsAlong& along) {
  return {.clients = s.h.size(0),
          .length = s.h.size(1),
          .rows = s.h.size(2),
          .hidden = s.h.size(3),
          .gates = array_of(s.gates),
          .c = array_of(s.c),
          .tanh_c = array_of(s.tanh_c),
          .h = array_of(s.h),
          .dh = array_of(s.dh),
          .dc = array_of(s.dc),
          .da = array_of(s.da),
          .ra = array_of(along.ra),
          .rc = array_of(along.rc),
          .rh = array_of(along.rh),
          .rdh = array_of(along.rdh),
          .rdc = array_of(along.rdc),
          .rda = array_of(along.rda)};
}

/// Runs a loop where it serves such steps and such a weight.
template <class Loop>
bool run(const Loop& loop, const LstmArrays& arrays, const at::Tensor& hh) {
  if (hh.scalar_type() != at::kFloat || hh.stride(2) != 1 || hh.stride(1) != arrays.hidden ||
      !lstm_loop_fits(arrays.rows, arrays.hidden))
    return false;
  loop(arrays, RecurrentWeight{hh.const_data_ptr<float>(), hh.stride(0)});
  return true;
}

class CudaGroupLstm final : public kernels::GroupLstm {
 public:
  void add_biases(const at::Tensor& a, const std::vector<at::Tensor>& biases) const override {
    const auto bias = [&](std::size_t i) -> Bias {
      if (i >= biases.size()) return {nullptr, 0};
      TORCH_CHECK(biases[i].stride(1) == 1 && biases[i].scalar_type() == at::kFloat, "not a float32 bias");
      return {biases[i].const_data_ptr<float>(), biases[i].stride(0)};
    };
    for (std::size_t i = 0; i < biases.size(); i += 2)
      cuda::add_biases(array_of(a), a.size(0), a.size(1), a.size(2), bias(i), bias(i + 1));
  }

  void forward(const LstmSteps& steps, std::int64_t t) const override {
    lstm_forward(arrays_of(steps, {}), t);
  }
  void begin_backward(LstmSteps&) const override {}
  void backward(const LstmSteps& steps, std::int64_t t) const override {
    lstm_backward(arrays_of(steps, {}), t);
  }
  void forward_along(const LstmSteps& steps, const LstmStepsAlong& along, std::int64_t t) const override {
    lstm_forward_along(arrays_of(steps, along), t);
  }
  void begin_backward_along(const LstmSteps& steps, LstmStepsAlong& along) const override {
    along.rda = at::empty_like(steps.da);
    along.rdc = at::empty_like(steps.dc);
  }
  void backward_along(const LstmSteps& steps, const LstmStepsAlong& along, std::int64_t t) const override {
    lstm_backward_along(arrays_of(steps, along), t);
  }

  bool forward_loop(const LstmSteps& steps, const at::Tensor& hh) const override {
    return run(lstm_forward_loop, arrays_of(steps, {}), hh);
  }
  bool backward_loop(const LstmSteps& steps, const at::Tensor& hh) const override {
    return run(lstm_backward_loop, arrays_of(steps, {}), hh);
  }
  bool forward_along_loop(const LstmSteps& steps, const LstmStepsAlong& along,
                          const at::Tensor& hh) const override {
    return run(lstm_forward_along_loop, arrays_of(steps, along), hh);
  }
  bool backward_along_loop(const LstmSteps& steps, const LstmStepsAlong& along,
                           const at::Tensor& hh) const override {
    return run(lstm_backward_along_loop, arrays_of(steps, along), hh);
  }
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::kernels::GroupLstm* fedmeta_make_group_lstm() {
  return new fedmeta::cuda::CudaGroupLstm;
}
