// The ranges of options that are numbers. None can be added without one.
#pragma once

namespace fedmeta::options {

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

}  // namespace fedmeta::options
