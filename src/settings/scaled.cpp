// --scale: the same settings at a smaller size.

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

/// The small term keeps rounding errors from lowering a whole number.
void scale_value(std::int64_t& value, double scale, std::int64_t least) {
  if (value > 0)
    value = std::max(least, static_cast<std::int64_t>(static_cast<double>(value) * scale + 1e-9));
}
void scale_value(double& value, double scale, std::int64_t least) {
  if (value > 0) value = std::max(static_cast<double>(least), value * scale);
}
void scale_value(std::optional<std::int64_t>& value, double scale, std::int64_t least) {
  if (value) scale_value(*value, scale, least);
}
template <class Other>
void scale_value(Other&, double, std::int64_t) {
  throw std::logic_error("only numbers can be scaled");
}

/// Scales the options of a table; `algorithm` names the method if the table is that of one.
void scale_values(const OptionTable& table, const Settings& s, const std::string& algorithm = "") {
  for_each(table, [&](const OptionRow& row) {
    if (!row.least_scaled || s.given.contains(row.name) || s.given.contains(algorithm + "." + row.name))
      return;
    std::visit([&](const auto& value) { scale_value(*value, s.scale, *row.least_scaled); }, row.value);
  });
}

}  // namespace

Settings scaled(Settings s) {
  if (s.scale >= 1) return s;
  for (auto& method : s.methods) scale_values(method.rows(), s, method.name());
  for (auto& method : s.shared) scale_values(method.rows(), s);
  // This comes first, since it bounds generated-samples.
  if (!s.given.contains("generated-least")) scale_value(s.source.generated.min_samples, s.scale, 2);
  scale_values(other_options(s), s);
  return s;
}

}  // namespace fedmeta::settings
