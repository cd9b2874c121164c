// Work done: rows of gradients and of Hessian-vector products, metered where the passes are made. What the
// formulas say of a round is compared with it.
#pragma once

#include "cost/formulas.hpp"

namespace fedmeta::cost {

/// Adds to this process's count.
void count_work(const Work& work);

/// Work counted in this process so far; take differences.
Work work_done();

}  // namespace fedmeta::cost
