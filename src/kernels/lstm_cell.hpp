// The element-wise part of one step of an LSTM layer: forward, backward, and both differentiated along a
// direction (R...; Pearlmutter 1994). The cell is c = f c_before + i g, h = o tanh(c), with the gates i, f,
// g, o = sigmoid, sigmoid, tanh, sigmoid of a.
//
// All arrays are row-major, with n rows (sequences) of width `hidden`; those of gates and of a have i, f, g,
// o side by side, each `hidden` wide. T is float or double.
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

/// Gradients of the loss with respect to h (input), c (input: only the part from the next step; replaced by
/// the same for the step before) and a (output).
template <class T>
struct CellGradient {
  const T* h;
  T *c, *a;
};

/// Reads a from `cell.gates`, and c_before; writes everything else, replacing a by the gates.
template <class T>
void cell_forward(const CellSize& size, const Cell<T>& cell);

template <class T>
void cell_backward(const CellSize& size, const Cell<T>& cell, const CellGradient<T>& gradient);

/// Reads Ra from `along.gates`, and R c_before; writes everything else, replacing Ra by the gates'
/// derivatives.
template <class T>
void cell_forward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along);

/// Computes `rgradient`, the derivative of `gradient`. Does not read gradient.a, which cell_backward has
/// written.
template <class T>
void cell_backward_along(const CellSize& size, const Cell<T>& cell, const CellAlong<T>& along,
                         const CellGradient<T>& gradient, const CellGradient<T>& rgradient);

}  // namespace fedmeta::kernels
