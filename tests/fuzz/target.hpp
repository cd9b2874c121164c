// Targets of the fuzzers: each gives bytes to the parsers of one kind of file. The fuzzers (fuzzer.cpp) and
// the test that goes through their corpora (corpus_test.cpp) share them.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace fedmeta::fuzz {

/// Returns how many parsers accepted the bytes. Throws std::logic_error where one does what no input may make
/// it do; whatever else a parser throws passes through.
#define TARGET(name, multiple) int name(std::string_view bytes);
#include "fuzz/targets.def"
#undef TARGET

/// Returns a file of the process's own that holds `bytes`. The next call with the name replaces it.
std::filesystem::path file_of(std::string_view bytes, const std::string& name = "input");

inline void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error(what);
}

/// The last error that a parser refused its input with, for whoever expected none.
inline std::string last_refusal;

/// Returns whether `parse` accepts its input. It may refuse that with an Error of status 2, 3 or 4 alone.
template <class F>
bool accepts(F parse) {
  try {
    parse();
    return true;
  } catch (const Error& error) {
    const auto status = error.status();
    require(status == Status::usage || status == Status::input || status == Status::own_file,
            "status " + std::to_string(static_cast<int>(status)) + ": " + error.what());
    last_refusal = error.what();
    require(!last_refusal.empty(), "an error without words");
    return false;
  }
}

}  // namespace fedmeta::fuzz
