// Algorithmic FLOPs and bytes of one client in one round (docs/protocols.md 4).
//
// 2 FLOPs per multiply-add, matrix products and convolutions only. F = forward FLOPs per sample; a gradient
// costs 3F a sample, a Hessian-vector product 6F beyond the gradient.
#pragma once

#include <cstdint>

namespace fedmeta::cost {

/// What clients went through, in samples times passes.
struct Work {
  std::int64_t gradient_rows = 0;  ///< samples of which a gradient was taken
  std::int64_t hessian_rows = 0;   ///< samples of which a Hessian-vector product was taken beyond that

  Work& operator+=(const Work& other) {
    gradient_rows += other.gradient_rows;
    hessian_rows += other.hessian_rows;
    return *this;
  }
  Work operator-(const Work& other) const {
    return {gradient_rows - other.gradient_rows, hessian_rows - other.hessian_rows};
  }
};

inline std::int64_t work_flops(const Work& work, std::int64_t forward_flops_per_sample) {
  return forward_flops_per_sample * (3 * work.gradient_rows + 6 * work.hessian_rows);
}

/// FedSGD, FedAvg and all local training: 3F x rows.
inline std::int64_t local_flops(std::int64_t f, std::int64_t rows) {
  return 3 * f * rows;
}

/// First-order MAML: 3F (inner rows + query rows).
inline std::int64_t fomaml_flops(std::int64_t f, std::int64_t inner_rows, std::int64_t query_rows) {
  return 3 * f * (inner_rows + query_rows);
}

/// MAML and Meta-SGD: 9F x inner rows + 3F x query rows.
inline std::int64_t maml_flops(std::int64_t f, std::int64_t inner_rows, std::int64_t query_rows) {
  return 9 * f * inner_rows + 3 * f * query_rows;
}

/// fp32 parameters sent one way.
inline std::int64_t parameter_bytes(std::int64_t parameters) {
  return 4 * parameters;
}

}  // namespace fedmeta::cost
