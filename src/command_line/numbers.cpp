#include "command_line/numbers.hpp"

#include <charconv>

namespace fedmeta::command_line {

template <class Number>
std::optional<Number> decimal(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

template <class Number>
CLI::Validator number_in(options::Range range) {
  const auto check = [range](std::string& text) -> std::string {
    const auto number = decimal<Number>(text);
    const auto within = [&](double value) {  // not so if it is not a number
      return (value >= range.least && value <= range.most) || (range.or_absent && value == -1);
    };
    if (!number || !within(static_cast<double>(*number)))
      return (text.empty() ? "the value is empty" : "impossible value " + text) + "\nuse " +
             range.description;
    if constexpr (std::is_integral_v<Number>) text = std::to_string(*number);
    return "";
  };
  return CLI::Validator(check, "");
}

CLI::Option* data_seed_option(CLI::App& app, std::uint64_t& seed, const std::string& help) {
  const auto set = [&seed](const std::int64_t& number) { seed = static_cast<std::uint64_t>(number); };
  return app.add_option_function<std::int64_t>("--data-seed", set, help)
      ->transform(number_in<std::int64_t>(options::any_seed))
      ->default_str(std::to_string(static_cast<std::int64_t>(seed)));
}

#define FEDMETA_NUMBER(T)                                 \
  template std::optional<T> decimal<T>(std::string_view); \
  template CLI::Validator number_in<T>(options::Range);

FEDMETA_NUMBER(int)
FEDMETA_NUMBER(std::int64_t)
FEDMETA_NUMBER(double)
#undef FEDMETA_NUMBER

}  // namespace fedmeta::command_line
