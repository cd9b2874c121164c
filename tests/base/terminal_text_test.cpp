#include "base/terminal_text.hpp"

#include <gtest/gtest.h>

namespace fedmeta {
namespace {

TEST(TerminalText, LeavesWhatIsPrintable) {
  const std::string text = "Zoë's \"run\" – 東京 👩‍🔬 a\\b `c` $d";
  EXPECT_EQ(terminal_text(text), text);
  EXPECT_EQ(terminal_text(""), "");
}

TEST(TerminalText, EscapesWhatMovesTheCursor) {
  EXPECT_EQ(terminal_text("a\nb\rc\td"), "a\\nb\\rc\\td");
  EXPECT_EQ(terminal_text("\x1b[2J\x1b]0;title\x07\x7f"), "\\x1b[2J\\x1b]0;title\\x07\\x7f");
  EXPECT_EQ(terminal_text(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(terminal_text("\xc2\x9b"
                          "2J"),
            "\\u009b2J");  // the control sequence introducer as one character
}

TEST(TerminalText, EscapesWhatTurnsTheLineRound) {
  EXPECT_EQ(terminal_text("a\u202eb\u2066c\u2028d\u200fe"), "a\\u202eb\\u2066c\\u2028d\\u200fe");
}

TEST(TerminalText, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(terminal_text("a\xff\x80z"), "a\\xff\\x80z");
  EXPECT_EQ(terminal_text("\xc0\xaf"), "\\xc0\\xaf");                    // an overlong slash
  EXPECT_EQ(terminal_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(terminal_text("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  EXPECT_EQ(terminal_text("z\xe2\x82"), "z\\xe2\\x82");                  // cut short
  EXPECT_EQ(terminal_text("\xef\xbf\xbf"), "\\uffff");
}

}  // namespace
}  // namespace fedmeta
