// An LSTM layer's steps with the products by the recurrent weight hh [G, 4 hidden, hidden] between them,
// FLOPs counted: in one launch where the kernels can, otherwise with one product a step, whatever the number
// of clients. What the steps read and leave: kernels/group_lstm.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/group_lstm.hpp"

namespace fedmeta::engine::batched {

/// From the part of a that does not wait for h.
void run_forward(const kernels::GroupLstm& cells, const kernels::LstmSteps& steps, const at::Tensor& hh);

/// From the part of dh by way of what reads the outputs.
void run_backward(const kernels::GroupLstm& cells, const kernels::LstmSteps& steps, const at::Tensor& hh);

/// From the part of Ra that does not wait for Rh.
void run_forward_along(const kernels::GroupLstm& cells, const kernels::LstmSteps& steps,
                       const kernels::LstmStepsAlong& along, const at::Tensor& hh);

/// From the part of Rdh that does not wait for Rda.
void run_backward_along(const kernels::GroupLstm& cells, const kernels::LstmSteps& steps,
                        const kernels::LstmStepsAlong& along, const at::Tensor& hh);

}  // namespace fedmeta::engine::batched
