// Dual numbers v + e d with e e = 0: what is computed on them carries its derivative along.
#pragma once

#include <cmath>

namespace fedmeta::oracle {

struct Dual {
  double v = 0, d = 0;

  Dual() = default;
  Dual(double value, double derivative = 0) : v(value), d(derivative) {}
  Dual& operator+=(const Dual& b) {
    v += b.v;
    d += b.d;
    return *this;
  }
};

inline Dual operator+(const Dual& a, const Dual& b) {
  return {a.v + b.v, a.d + b.d};
}
inline Dual operator-(const Dual& a, const Dual& b) {
  return {a.v - b.v, a.d - b.d};
}
inline Dual operator*(const Dual& a, const Dual& b) {
  return {a.v * b.v, a.v * b.d + a.d * b.v};
}
inline Dual operator/(const Dual& a, const Dual& b) {
  return {a.v / b.v, (a.d * b.v - a.v * b.d) / (b.v * b.v)};
}
inline Dual exp(const Dual& a) {
  const double e = std::exp(a.v);
  return {e, e * a.d};
}
inline Dual log(const Dual& a) {
  return {std::log(a.v), a.d / a.v};
}
inline double value(const Dual& a) {
  return a.v;
}
inline double value(double a) {
  return a;
}

}  // namespace fedmeta::oracle
