// Values as gnuplot reads them.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace fedmeta::report {

inline std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9g", value);
  return text.data();
}

/// Single quotes are the only character that gnuplot's single-quoted strings treat specially.
inline std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

}  // namespace fedmeta::report
