// What text may not become in each kind of output.
#include "report/output/text_sinks.hpp"

#include <gtest/gtest.h>

namespace fedmeta::report {
namespace {

TEST(GnuplotString, HasNoEndButItsOwn) {
  EXPECT_EQ(gnuplot_string("maml (model lr)"), "'maml (model lr)'");
  EXPECT_EQ(gnuplot_string("it's"), "'it''s'");
  EXPECT_EQ(gnuplot_string("'"), "''''");
  EXPECT_EQ(gnuplot_string("a\nsystem('b')\r"), "'a\\nsystem(''b'')\\r'");
  EXPECT_EQ(gnuplot_string("a\\"), "'a\\'");  // no escape in single quotes
}

TEST(GnuplotString, IsCutWhereItWouldFillThePicture) {
  const std::string cut = gnuplot_string(std::string(199, 'a') + "ëëë");
  EXPECT_EQ(cut, "'" + std::string(199, 'a') + "...'");  // not inside the first ë
}

TEST(GnuplotTick, IsNoFormat) {
  EXPECT_EQ(gnuplot_tick("it's 20% %s"), "'it''s 20%% %%s'");
}

TEST(GnuplotFile, IsAlwaysAFileOfTheFolder) {
  EXPECT_EQ(gnuplot_file("a.dat"), "'./a.dat'");
  EXPECT_EQ(gnuplot_file("|rm x"), "'./|rm x'");
  EXPECT_EQ(gnuplot_file("<rm x"), "'./<rm x'");
  EXPECT_EQ(gnuplot_file("~'\n"), "'./~''\\n'");
}

TEST(GnuplotComment, IsOneLine) {
  EXPECT_EQ(gnuplot_comment("a\n1 2\n"), "a\\n1 2\\n");
}

TEST(HtmlText, HoldsNoMarkup) {
  EXPECT_EQ(html_text("<b a=\"1\" c='2'>&amp;"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
  EXPECT_EQ(html_text("a\x1b\n"), "a\\x1b\\n");
}

TEST(MarkdownText, LeavesNamesReadable) {
  for (const std::string text :
       {"maml (model lr)", "FEMNIST (generated), 4 writers, 20% support",
        "table3_80_lr.h5: its seeds differ in eval_every", "2024-01-02T03:04:05Z", "n - 1"})
    EXPECT_EQ(markdown_text(text), text);
}

TEST(MarkdownText, HoldsNoMarkup) {
  EXPECT_EQ(markdown_text("a|b"), "a\\|b");
  EXPECT_EQ(markdown_text("a\\|b"), "a\\\\\\|b");
  EXPECT_EQ(markdown_text("a\n# b\n- c"), "a\\\\n\\# b\\\\n- c");
  EXPECT_EQ(markdown_text("<script>&"), "&lt;script&gt;&amp;");
  EXPECT_EQ(markdown_text("![a](b) `c` *d* _e_ ~f~ $g$"),
            "!\\[a\\](b) \\`c\\` \\*d\\* \\_e\\_ \\~f\\~ \\$g\\$");
  EXPECT_EQ(markdown_text("http://a www.b c@d"), "http\\://a www\\.b c\\@d");
  EXPECT_EQ(markdown_text("- a"), "\\- a");
  EXPECT_EQ(markdown_text("-1.5"), "-1.5");
  EXPECT_EQ(markdown_text("==="), "\\===");
}

TEST(CsvText, IsOneFieldAndNoFormula) {
  EXPECT_EQ(csv_text("a b"), "a b");
  EXPECT_EQ(csv_text("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(csv_text("a\nb"), "a\\nb");
  for (const std::string formula : {"=1+1", "+1", "-1", "@a"}) EXPECT_EQ(csv_text(formula), "'" + formula);
  EXPECT_EQ(csv_text("=HYPERLINK(\"a\",1)"), "\"'=HYPERLINK(\"\"a\"\",1)\"");
}

TEST(FileName, HasNoOtherCharacters) {
  EXPECT_EQ(file_name("femnist-generated-20"), "femnist-generated-20");
  EXPECT_EQ(file_name("../../up"), "_.._.._up");
  EXPECT_EQ(file_name("/etc/a b`c'\xc3\xab\n"), "_etc_a_b_c____");
  EXPECT_EQ(file_name(".hidden"), "_.hidden");
  EXPECT_EQ(file_name("-e"), "_-e");
  EXPECT_EQ(file_name(""), "_");
  EXPECT_EQ(file_name(std::string(1000, 'a')), std::string(100, 'a'));
  EXPECT_EQ(file_name("." + std::string(1000, 'a')), "_." + std::string(98, 'a'));
}

TEST(FileNames, DifferWhereCaseDoesNotCountAndWhereTheyWereCut) {
  FileNames names;
  EXPECT_EQ(names.unique("Maml"), "Maml");
  EXPECT_EQ(names.unique("maml"), "maml-2");
  EXPECT_EQ(names.unique("MAML"), "MAML-3");
  EXPECT_EQ(names.unique("maml-2"), "maml-2-2");
  EXPECT_EQ(names.unique("a b"), "a_b");
  EXPECT_EQ(names.unique("a/b"), "a_b-2");
  EXPECT_EQ(names.unique(std::string(101, 'x')), std::string(100, 'x'));
  EXPECT_EQ(names.unique(std::string(102, 'x')), std::string(100, 'x') + "-2");
}

}  // namespace
}  // namespace fedmeta::report
