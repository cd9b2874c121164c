// The Complete Works of Shakespeare as Project Gutenberg posted them in 1994 (e-text 100), cut into roles as
// LEAF's preprocess_shakespeare.py does (Caldas et al. 2018; docs/protocols.md 2.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::data {

/// A role of a play and everything it says.
struct SpeakingRole {
  std::string id;      ///< PLAY_TITLE_ROLE, with _ for characters other than letters, digits and _
  std::string play;    ///< title as printed
  std::string speech;  ///< its lines in order, with one blank for each run of blanks and line ends
};

/// Returns the roles with more than two lines, of plays with more than one role, in the order of the text.
/// Returns no role for a text of another layout.
std::vector<SpeakingRole> parse_gutenberg(std::string_view text);

}  // namespace fedmeta::data
