// An option of each kind, in place of the programs' tables: those need libtorch, and the same code reads
// both.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "options/option_table.hpp"
#include "options/range.hpp"

namespace fedmeta::fuzz {

enum class Size { small, large };

}  // namespace fedmeta::fuzz

namespace fedmeta::options {

template <>
inline constexpr std::array<const char*, 2> words<fuzz::Size>{"small", "large"};

}  // namespace fedmeta::options

namespace fedmeta::fuzz {

struct Options {
  bool flag = false;
  int threads = 0;
  std::int64_t rounds = 1;
  double rate = 0.1;
  std::optional<std::int64_t> batch = 10;
  std::optional<double> decay;
  std::string text = "some", word = "one";
  Size size = Size::small;
  std::optional<Size> other_size;
  std::filesystem::path path = "file";
  std::vector<std::int64_t> seeds{1};
  std::vector<std::string> names{"some"}, set{"a.b=1"};

  /// Returns their rows.
  options::OptionTable table() {
    options::OptionGroup group{"Options", {}};
    group.row("flag", flag, {}, "a switch");
    group.row("threads", threads, options::thread_count, "an int");
    group.row("rounds", rounds, options::positive, "a whole number");
    group.row("rate", rate, options::not_negative, "a number");
    group.row("batch", batch, options::or_as_before, "a whole number that may be absent");
    group.row("decay", decay, options::or_as_before, "a number that may be absent");
    group.row("text", text, {}, "any text");
    group.row("word", word, options::Words{"one", "two"}, "one of a few words");
    group.row("size", size, "an enumerator");
    group.row("other-size", other_size, "an enumerator that may be absent");
    group.row("path", path, {}, "a path");
    group.row("seeds", seeds, options::any_seed, "a list of numbers");
    group.row("names", names, {}, "a list of texts");
    group.row("set", set, {}, "what may be given several times").repeated();
    return {group};
  }
};

}  // namespace fedmeta::fuzz
