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

/// A file may hold any number: 1e300 had 301 digits.
TEST(Shown, HugeNumbersInScientificNotation) {
  const auto in = [](double value, Format format) { return shown(TableCell(value), format); };
  for (const Format format :
       {Format::text, Format::decimal, Format::integer, Format::significant, Format::prefixed}) {
    EXPECT_EQ(in(1e300, format), "1.00e+300");
    EXPECT_EQ(in(-2.5e21, format), "-2.50e+21");
  }
  EXPECT_EQ(in(1e300, Format::percent), "1.00e+302%");
  EXPECT_EQ(in(1e300, Format::points), "1.00e+302");
  EXPECT_EQ(in(1e300, Format::factor), "1.00e+300x");
  EXPECT_EQ(shown(Bounded{1e300, '>'}, Format::decimal), ">1.00e+300");
  EXPECT_EQ(prefixed(999.4e18), "999 E");
  EXPECT_EQ(prefixed(999.6e18), "1.00e+21");
}

TEST(Shown, NumbersUpToABillionDigitByDigit) {
  const auto in = [](double value, Format format) { return shown(TableCell(value), format); };
  EXPECT_EQ(in(999'999'999, Format::integer), "999999999");
  EXPECT_EQ(in(1e9, Format::integer), "1.00e+09");
  EXPECT_EQ(in(123'456'789.5, Format::decimal), "123456789.5");
  EXPECT_EQ(in(12'345, Format::significant), "12345");
  EXPECT_EQ(in(999.7, Format::significant), "1000");
  EXPECT_EQ(in(999.4, Format::significant), "999");
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
