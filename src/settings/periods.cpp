#include "settings/periods.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace fedmeta::settings {
namespace {

struct Amount {
  std::int64_t number;
  std::string_view unit;
};

/// Returns the parts of a text such as 10min, or nothing.
std::optional<Amount> amount(const std::string& text) {
  Amount found{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), found.number);
  constexpr std::int64_t most = 1'000'000'000;
  if (error != std::errc() || found.number < 0 || found.number > most) return {};
  found.unit = std::string_view(text).substr(static_cast<std::size_t>(end - text.data()));
  return found;
}

}  // namespace

CheckpointPeriod checkpoint_period(const Settings& settings) {
  const auto& text = settings.checkpoint_every;
  const auto found = amount(text);
  if (found && found->unit.empty()) return {.rounds = found->number};
  if (found && found->unit == "min") return {.seconds = 60 * static_cast<double>(found->number)};
  throw Error(Status::usage, "neither a number of rounds nor of minutes", "--checkpoint-every " + text,
              "write 20 for 20 rounds, 10min for ten minutes, 0 for never");
}

std::int64_t stall_limit(const Settings& settings) {
  const auto& text = settings.stall_warning;
  const auto found = amount(text);
  if (found && (found->unit == "s" || (found->unit.empty() && found->number == 0))) return found->number;
  if (found && found->unit == "min") return 60 * found->number;
  throw Error(Status::usage, "neither a number of seconds nor of minutes", "--stall-warning " + text,
              "write 60s for a minute, 5min for five, 0 for never");
}

}  // namespace fedmeta::settings
