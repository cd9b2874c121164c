#include "algorithms/inner_loop_algorithm.hpp"

#include "cost/formulas.hpp"

namespace fedmeta::algorithms {

at::Tensor InnerLoopAlgorithm::rederive(const Reference& reference, const at::Tensor& phi,
                                        const learn::Task& task, const Random& order) const {
  return first_order_ ? Algorithm::rederive(reference, phi, task, order) : unrolled(reference, phi, task);
}

std::int64_t InnerLoopAlgorithm::flops(std::int64_t f, std::int64_t samples, std::int64_t support) const {
  const auto inner = learn::rows_processed(support, inner_.passes), query = samples - support;
  return first_order_ ? cost::fomaml_flops(f, inner, query) : cost::maml_flops(f, inner, query);
}

at::Tensor InnerLoopAlgorithm::adapt(const learn::Engine& engine, const at::Tensor& phi,
                                     const learn::Group& group) const {
  return learn::adapt(engine, theta(phi), rate(phi), learn::minibatches(group.support(), passes_at_test_));
}

}  // namespace fedmeta::algorithms
