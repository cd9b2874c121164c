// One LSTM layer's steps for all clients of a group: forward, backward, and both along a direction (the
// R-operator; Pearlmutter 1994). The cell: c = f c_before + i g, h = o
// tanh(c), with the gates i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of a.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace fedmeta::kernels {

// All tensors are of all steps, [G, length, n, hidden], and contiguous; those of gates have i, f, g, o side
// by side,
// [.., 4 hidden]. d... is a gradient with respect to ..., R... the derivative along the direction.

/// What the passes leave. Who computes them makes the tensors; `from_c` and `h_by_c` are the kernels' own.
struct LstmSteps {
  at::Tensor gates;   ///< before a step a, after it the gates
  at::Tensor c;       ///< [G, length + 1, ..]: with the zeros before the first step
  at::Tensor tanh_c;  ///< [..]
  at::Tensor h;       ///< [..]

  at::Tensor from_c;  ///< dc / da of the gates i, f, g at the same step, and dh / da of o
  at::Tensor h_by_c;  ///< dh / dc at the same step
  at::Tensor dh, dc;  ///< dh: all of it, before its step
  at::Tensor da;      ///< of gates
};

/// The same along a direction.
struct LstmStepsAlong {
  at::Tensor ra;        ///< of gates; all of it, before its step
  at::Tensor rc;        ///< [G, length + 1, ..], as c
  at::Tensor rh;        ///< [..]
  at::Tensor rdh, rdc;  ///< rdh: all of it, before its step
  at::Tensor rda;       ///< of gates
};

/// The steps without the products between them, and for some shapes with them.
class GroupLstm {
 public:
  virtual ~GroupLstm() = default;

  /// Adds each bias [G, m] to all rows of a [G, rows, m].
  virtual void add_biases(const at::Tensor& a, const std::vector<at::Tensor>& biases) const = 0;

  /// Step t, from a and c before it: the gates, c, tanh c and h.
  virtual void forward(const LstmSteps& steps, std::int64_t t) const = 0;

  /// Once before the steps backward, last to first.
  virtual void begin_backward(LstmSteps& steps) const = 0;
  /// From dh and the step after it: dc and da.
  virtual void backward(const LstmSteps& steps, std::int64_t t) const = 0;

  /// After the steps backward, first to last. From ra and rc before it: rc and rh.
  virtual void forward_along(const LstmSteps& steps, const LstmStepsAlong& along, std::int64_t t) const = 0;

  /// Once before the steps backward along the direction, last to first: makes rdc and rda.
  virtual void begin_backward_along(const LstmSteps& steps, LstmStepsAlong& along) const = 0;
  /// From rdh and the step after it: rdc and rda.
  virtual void backward_along(const LstmSteps& steps, const LstmStepsAlong& along, std::int64_t t) const = 0;

  // All steps at once, with the products by the recurrent weight hh [G, 4 hidden, hidden] between them:
  // before a step its a has h hh' of the step before added, its dh has da hh of the step after. They count no
  // FLOPs. False, and nothing is done, where they do not serve such tensors. All but the last leave a, Ra and
  // dh complete.

  virtual bool forward_loop(const LstmSteps&, const at::Tensor& /*hh*/) const { return false; }
  virtual bool backward_loop(const LstmSteps&, const at::Tensor& /*hh*/) const { return false; }
  virtual bool forward_along_loop(const LstmSteps&, const LstmStepsAlong&, const at::Tensor& /*hh*/) const {
    return false;
  }
  virtual bool backward_along_loop(const LstmSteps&, const LstmStepsAlong&, const at::Tensor& /*hh*/) const {
    return false;
  }
};

/// In ATen's operators, for every device and type. All that does not wait for the step before is computed for
/// all steps at once, so that a step is left with four or seven operators.
const GroupLstm& aten_group_lstm();

/// The fastest for such tensors.
const GroupLstm& group_lstm(const at::Tensor& like);

/// The plug-in's function that makes one, with one launch a step, or one for all of them.
inline constexpr const char* plugin_make_group_lstm = "fedmeta_make_group_lstm";

}  // namespace fedmeta::kernels
