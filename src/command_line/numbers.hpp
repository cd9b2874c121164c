// Numbers as options take them: in decimal digits and within a range.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace fedmeta::command_line {

/// The numbers that an option takes, both ends among them.
struct Range {
  double least, most;
  const char* description;  ///< completes "use ..."
  bool or_absent = false;   ///< and -1
};

inline constexpr Range positive{1, 1e9, "a whole number from 1 to a billion"};
inline constexpr Range not_negative{0, 1e9, "a number from 0 to a billion"};
/// -1: as something else.
inline constexpr Range or_as_before{0, 1e9, "a number from 0 to a billion, or -1", true};
inline constexpr Range fraction{0, 1, "a number from 0 to 1"};
inline constexpr Range scale_factor{1e-9, 1, "a number above 0 and up to 1"};
inline constexpr Range thread_count{0, 4096, "a number of threads"};
inline constexpr Range any_seed{-0x1p63, 0x1p63, "a whole number within 64 bits, sign included"};

/// The number that all of `text` is in decimal digits, so that 010 is ten; nothing where it is something else
/// or does not fit. For std::int64_t, int and double.
template <class Number>
std::optional<Number> decimal(std::string_view text);

/// Refuses what is no decimal number of this kind within the range. What passes is handed on as CLI11 reads
/// it: to that, 010 is octal. The complaint has two lines: what is wrong, and what to do.
template <class Number>
CLI::Validator number_in(Range range);

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
                           Range range) {
  auto* added =
      app.add_option("--" + name, value, help)->transform(number_in<typename NumberOf<T>::type>(range));
  if constexpr (std::is_same_v<T, std::vector<typename NumberOf<T>::type>>) added->delimiter(',');
  return added;
}

/// --data-seed, for programs of their own; fedmeta_bench takes the same numbers.
CLI::Option* data_seed_option(CLI::App& app, std::uint64_t& seed, const std::string& help);

}  // namespace fedmeta::command_line
