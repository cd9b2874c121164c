#include "report/output/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fedmeta::report {
namespace {

TEST(Shown, SiPrefixesWithThreeDigits) {
  EXPECT_EQ(prefixed(0), "0");
  EXPECT_EQ(prefixed(211'318'720), "211 M");
  EXPECT_EQ(prefixed(1'234), "1.23 k");
  EXPECT_EQ(prefixed(99'960), "100 k");
  EXPECT_EQ(prefixed(999'600), "1.00 M");
  EXPECT_EQ(prefixed(12.3e12), "12.3 T");
}

const ReportTable table{"name",
                        "Title",
                        "",
                        {{"method", "method"}, {"accuracy", "accuracy", Format::percent}},
                        {{std::string("a,\"b\" <c>"), 0.78125}, {std::string("d"), std::monostate{}}}};

TEST(Number, IsReadByGnuplotWhateverItIs) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(1e-9 / 3), "3.33333333e-10");
  EXPECT_EQ(number(std::nan("")), "NaN");
  EXPECT_EQ(number(-INFINITY), "NaN");
}

TEST(Csv, RawNumbersAndQuotedText) {
  EXPECT_EQ(to_csv(table), "method,accuracy\n\"a,\"\"b\"\" <c>\",0.78125\nd,\n");
}

TEST(Markdown, AlignsNumbers) {
  EXPECT_EQ(to_markdown(table),
            "| method | accuracy |\n|---|--:|\n| a,\"b\" &lt;c&gt; | 78.1% |\n| d | – |\n");
}

TEST(Html, EscapesText) {
  EXPECT_NE(to_html(table).find("<td>a,&quot;b&quot; &lt;c&gt;</td><td class=\"n\">78.1%</td>"),
            std::string::npos);
}

}  // namespace
}  // namespace fedmeta::report
