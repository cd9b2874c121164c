// The element-wise part of one step of an LSTM layer: forward, backward, and both differentiated along a
// direction (R...; Pearlmutter 1994). The cell: c = f c_before + i g, h = o tanh(c), with the gates i, f, g,
// o = sigmoid, sigmoid, tanh, sigmoid of a.
//
// All arrays are row-major, of n rows (sequences) and of width `hidden`; those of gates and of a have
// i, f, g, o side by side, each of that width. T is float or double.
#pragma once

#include <cstdint>

namespace fedmeta::kernels {

struct CellSize {
  std::int64_t n, hidden;
};

template <class T>
struct Cell {
  T* gates;
  const T* c_before;
  T *c, *tanh_c, *h;
};

/// Derivatives of the cell's values along the direction.
template <class T>
struct CellAlong {
  T* gates;
  const T* c_before;
  T *c, *h;
};

/// Of the loss, with respect to h (read), c (only what comes by way of the next step; replaced by the same
/// for the step before) and a (written).
template <class T>
struct CellGradient {
  const T* h;
  T *c, *a;
};

/// Reads a in `cell.gates`, and c_before; writes the rest, the gates in place of a.
template <class T>
void cell_forward(const CellSize& size, const Cell<T>& cell);

template <class T>
void cell_backward(const CellSize& size, const Cell<T>& cell, const CellGradient<T>& gradient);

/// Reads Ra in `along.gates`, and R c_before; writes the rest, the gates' derivatives in place of Ra.
template <class T>
void cell_forward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along);

/// `rgradient` is the derivative of `gradient`, whose `a` is not used: cell_backward has written it.
template <class T>
void cell_backward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along,
                         const CellGradient<T>& gradient, const CellGradient<T>& rgradient);

}  // namespace fedmeta::kernels
