// Windows of text in LEAF's JSON: samples are strings of 80 characters, labels the character after them
// (docs/protocols.md 2.1). For this room only.
#pragma once

#include <memory>

#include "data/leaf/leaf_content.hpp"
#include "data/leaf/leaf_text.hpp"

namespace fedmeta::data {

/// Reads samples as Windows of bytes (Latin-1) and labels as bytes. A window that continues the previous one
/// shares its text, so that LEAF's files take one byte per sample instead of 80.
std::unique_ptr<LeafContent> make_window_content();

/// Writes what make_window_content() reads, in ASCII like Python.
LeafText window_text();

}  // namespace fedmeta::data
