#include "data/leaf_content.hpp"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "data/pixels.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

/// Samples that are arrays of numbers.
class RowContent : public LeafContent {
 public:
  explicit RowContent(const SampleForm& form)
      : classes_(form.classes), sample_(static_cast<std::size_t>(form.width)) {}

  void add_sample(json::value x) override {
    if (x.type() == json::json_type::string)
      throw LeafProblem{"`x` holds text, which looks like shakespeare data", ""};
    std::size_t values = 0;
    for (auto element : expect_type(x.get_array(), "the sample is not an array")) {
      json::value value = element.value();
      double number = 0;
      if (value.get_double().get(number)) fail(value);
      if (values < sample_.size()) {
        if (!accepts(number)) fail(value);
        sample_[values] = number;
      }
      ++values;
    }
    if (values != sample_.size())
      throw LeafProblem{
          "the sample has " + std::to_string(values) + " values instead of " + std::to_string(sample_.size()),
          ""};
    add(sample_);
  }
  std::int32_t read_label(json::value y) override { return read_class(y, classes_); }

 protected:
  virtual bool accepts(double number) const = 0;
  virtual LeafProblem refusal(const std::string& token) const = 0;
  virtual void add(std::span<const double> sample) = 0;

 private:
  [[noreturn]] void fail(json::value value) const {
    const std::string_view raw = value.raw_json_token();
    const std::string token = printable(raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1), 24);
    if (token.starts_with('"')) throw LeafProblem{"the sample holds text, which looks like sent140 data", ""};
    throw refusal(token);
  }

  std::int32_t classes_;
  std::vector<double> sample_;  ///< the values of the sample being read
};

class PixelContent final : public RowContent {
 public:
  using RowContent::RowContent;
  Features take() override { return pixels_.take(); }

 private:
  bool accepts(double number) const override { return number >= 0.0 && number <= 1.0; }
  LeafProblem refusal(const std::string& token) const override {
    return {"the pixel " + token + " is not a number from 0 to 1",
            "scale grey values to 0..1, and drop samples with NaN or infinite values"};
  }
  void add(std::span<const double> sample) override { pixels_.add(sample); }

  Pixels pixels_;
};

class NumberContent final : public RowContent {
 public:
  using RowContent::RowContent;
  Features take() override { return std::exchange(numbers_, {}); }

 private:
  bool accepts(double number) const override { return std::isfinite(static_cast<float>(number)); }
  LeafProblem refusal(const std::string& token) const override {
    return {"the value " + token + " is not a number in the range of float",
            "drop samples with NaN or infinite values"};
  }
  void add(std::span<const double> sample) override {
    for (const double number : sample) numbers_.push_back(static_cast<float>(number));
  }

  Floats numbers_;
};

}  // namespace

std::unique_ptr<LeafContent> make_pixel_content(const SampleForm& form) {
  return std::make_unique<PixelContent>(form);
}

std::unique_ptr<LeafContent> make_number_content(const SampleForm& form) {
  return std::make_unique<NumberContent>(form);
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
