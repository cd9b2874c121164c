// Numbers as text. Written with {fmt}, whose headers are not included here: rooms that see libtorch have
// those of another version in their include path, and call these functions instead.
#pragma once

#include <string>
#include <string_view>

namespace fedmeta {

/// Returns a number with a fixed count of decimals: 1.50.
std::string fixed(double value, int decimals);

/// Returns a number with a fixed count of decimals and always a sign: +1.50.
std::string signed_fixed(double value, int decimals);

/// Returns a number with up to `digits` significant digits and no zeros after them, as %g does: 0.001, 1e-05.
std::string general(double value, int digits = 6);

/// Returns a whole number with zeros before it, at least two digits: 07.
std::string two_digits(long value);

/// Returns "1 seed", "3 seeds".
std::string counted(std::size_t count, const std::string& what);

/// Returns the text with blanks after it, at least `width` bytes.
std::string padded(std::string_view text, std::size_t width);

enum class Letters { small, capital };

/// Returns a number in hexadecimal with zeros before it, at least `digits` digits: 07, 2028.
std::string hexadecimal(unsigned value, int digits, Letters letters = Letters::small);

}  // namespace fedmeta
