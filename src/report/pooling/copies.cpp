#include "report/pooling/copies.hpp"

#include <algorithm>
#include <cmath>

namespace fedmeta::report {
namespace {

/// What is not a number equals itself here: counts such as mfu's have no loss.
bool same_value(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

bool same_call(const record::Results& a, const record::Results& b) {
  return a.header.created == b.header.created && a.system.host == b.system.host &&
         a.system.pid == b.system.pid && a.data.data_seed == b.data.data_seed;
}

bool same_round(const cost::RoundRow& a, const cost::RoundRow& b) {
  return a.round == b.round && a.clients == b.clients && a.flops == b.flops && same_value(a.loss, b.loss) &&
         same_value(a.seconds, b.seconds) && same_value(a.seconds_compute, b.seconds_compute);
}

bool same_evaluation(const cost::EvaluationRow& a, const cost::EvaluationRow& b) {
  return a.round == b.round && a.split == b.split && same_value(a.accuracy, b.accuracy) &&
         same_value(a.loss, b.loss) && same_value(a.seconds, b.seconds);
}

}  // namespace

bool is_copy(const Member& a, const Member& b) {
  return a.source != b.source && a.run->header.seed == b.run->header.seed && a.run->status == b.run->status &&
         same_call(a.source->results, b.source->results) &&
         std::ranges::equal(a.run->rounds, b.run->rounds, same_round) &&
         std::ranges::equal(a.run->evaluations, b.run->evaluations, same_evaluation);
}

}  // namespace fedmeta::report
