// Numbers as options take them: in decimal digits and within a range.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "options/range.hpp"

namespace fedmeta::command_line {

/// The number that all of `text` is in decimal digits, so that 010 is ten; nothing where it is something else
/// or does not fit. For std::int64_t, int and double.
template <class Number>
std::optional<Number> decimal(std::string_view text);

/// Refuses what is no decimal number of this kind within the range. What passes is handed on as CLI11 reads
/// it: to that, 010 is octal. The complaint has two lines: what is wrong, and what to do.
template <class Number>
CLI::Validator number_in(options::Range range);

template <class T>
struct NumberOf {
  using type = T;
};
template <class T>
struct NumberOf<std::optional<T>> {
  using type = T;
};
template <class T>
struct NumberOf<std::vector<T>> {
  using type = T;
};

/// An option for a number, for one that may be absent, or for a list of them.
template <class T>
CLI::Option* number_option(CLI::App& app, const std::string& name, T& value, const std::string& help,
                           options::Range range) {
  auto* added =
      app.add_option("--" + name, value, help)->transform(number_in<typename NumberOf<T>::type>(range));
  if constexpr (std::is_same_v<T, std::vector<typename NumberOf<T>::type>>) added->delimiter(',');
  return added;
}

/// --data-seed, for programs of their own; fedmeta_bench takes the same numbers.
CLI::Option* data_seed_option(CLI::App& app, std::uint64_t& seed, const std::string& help);

}  // namespace fedmeta::command_line
