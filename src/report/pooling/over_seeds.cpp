#include "report/pooling/over_seeds.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fedmeta::report {

Summary over_seeds(const Comparison& comparison, const Method& method, double cost::EvaluationRow::*value) {
  std::vector<double> values;
  for (const Member& member : method.members)
    if (const auto* row = last_evaluation(member, comparison.split); row && std::isfinite(row->*value))
      values.push_back(row->*value);
  return summarise(values);
}

Summary over_seeds(const Method& method, const std::function<double(const Total&)>& value) {
  std::vector<double> values;
  for (const Member& member : method.members) values.push_back(value(total(*member.run)));
  return summarise(values);
}

Summary efficiency_over_seeds(const Method& method, double Total::*flops) {
  std::vector<double> values;
  for (const Member& member : method.members)
    if (const auto value = efficiency(member, total(*member.run).*flops)) values.push_back(*value);
  return summarise(values);
}

double client_tasks_per_second(const Total& total) {
  return total.seconds > 0 ? total.client_tasks / total.seconds : 0;
}

Summary local_flops_over_seeds(const Method& method) {
  std::vector<double> values;
  for (const Member& member : method.members) {
    double& sum = values.emplace_back(0);
    for (const cost::ClientRow& client : member.run->clients)
      sum += static_cast<double>(std::max<std::int64_t>(0, client.flops));
  }
  return summarise(values);
}

}  // namespace fedmeta::report
