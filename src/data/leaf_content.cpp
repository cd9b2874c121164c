#include "data/leaf_content.hpp"

#include <cmath>

#include "data/pixels.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

class PixelContent final : public LeafContent {
 public:
  explicit PixelContent(const SampleForm& form)
      : classes_(form.classes), sample_(static_cast<std::size_t>(form.width)) {}

  void add_sample(json::value x) override {
    if (x.type() == json::json_type::string)
      throw LeafProblem{"`x` holds text, which looks like shakespeare data", ""};
    std::size_t values = 0;
    for (auto element : expect_type(x.get_array(), "the sample is not an array")) {
      json::value value = element.value();
      double pixel = 0;
      if (value.get_double().get(pixel)) fail(value);
      if (values < sample_.size()) {
        if (!(pixel >= 0.0 && pixel <= 1.0)) fail(value);
        sample_[values] = pixel;
      }
      ++values;
    }
    if (values != sample_.size())
      throw LeafProblem{
          "the sample has " + std::to_string(values) + " values instead of " + std::to_string(sample_.size()),
          ""};
    pixels_.add(sample_);
  }
  std::int32_t read_label(json::value y) override { return read_class(y, classes_); }
  Features take() override { return pixels_.take(); }

 private:
  [[noreturn]] static void fail(json::value value) {
    const std::string_view raw = value.raw_json_token();
    const std::string token = printable(raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1), 24);
    if (token.starts_with('"')) throw LeafProblem{"the sample holds text, which looks like sent140 data", ""};
    throw LeafProblem{"the pixel " + token + " is not a number from 0 to 1",
                      "scale grey values to 0..1, and drop samples with NaN or infinite values"};
  }

  std::int32_t classes_;
  std::vector<double> sample_;  ///< the values of the sample being read
  Pixels pixels_;
};

}  // namespace

std::unique_ptr<LeafContent> make_pixel_content(const SampleForm& form) {
  return std::make_unique<PixelContent>(form);
}

std::int32_t read_class(json::value y, std::int32_t classes) {
  const double label = expect_type(y.get_double(), "the label is not a number");
  if (!(label >= 0 && label < classes && label == std::floor(label)))
    throw LeafProblem{"the label is not a whole number from 0 to " + std::to_string(classes - 1), ""};
  return static_cast<std::int32_t>(label);
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string shown(text.substr(0, limit));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text.size() > limit ? shown + "..." : shown;
}

}  // namespace fedmeta::data
