#include "data/leaf/leaf_content.hpp"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "data/leaf/pixels.hpp"
#include "data/sample_hash.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

/// Reads samples that are arrays of numbers, in one list or, as other tools write images, in rows.
class RowContent : public LeafContent {
 public:
  explicit RowContent(const SampleForm& form)
      : classes_(form.classes), shape_(form.shape), sample_(static_cast<std::size_t>(form.width)) {}

  std::uint64_t add_sample(json::value x) override {
    if (x.type() == json::json_type::string)
      throw LeafProblem{"`x` holds text, which looks like shakespeare data", ""};
    values_ = 0;
    lengths_.clear();
    read_list(expect_type(x.get_array(), "the sample is not an array"), 0);
    check_lengths();
    add(sample_);
    return hash_values(std::span<const double>(sample_));
  }
  std::int32_t read_label(json::value y) override { return read_class(y, classes_); }

 protected:
  virtual bool accepts(double number) const = 0;
  virtual LeafProblem refusal(const std::string& token) const = 0;
  virtual void add(std::span<const double> sample) = 0;

 private:
  void read_list(json::array list, std::size_t depth) {
    std::int64_t length = 0;
    for (auto element : list) {
      json::value value = element.value();
      double number = 0;
      if (!value.get_double().get(number))
        add_number(number, value, depth);
      else if (may_hold_rows(depth, length) && value.type() == json::json_type::array)
        read_list(value.get_array(), depth + 1);
      else
        fail(value);
      ++length;
    }
    if (lengths_.size() <= depth) lengths_.resize(depth + 1, unknown);
    if (lengths_[depth] == unknown) lengths_[depth] = length;
    if (lengths_[depth] != length)
      throw LeafProblem{"the rows of the sample have " + std::to_string(lengths_[depth]) + " and " +
                            std::to_string(length) + " values",
                        "give every row of an image the same length"};
  }
  /// Returns whether a nested list may begin: not after numbers, and no deeper than the shape has dimensions.
  bool may_hold_rows(std::size_t depth, std::int64_t before) const {
    return depth + 1 < shape_.size() && (before == 0 || lengths_.size() > depth + 1);
  }
  void add_number(double number, json::value value, std::size_t depth) {
    if (lengths_.size() > depth + 1) fail(value);  // a number among rows
    if (values_ < sample_.size()) {
      if (!accepts(number)) fail(value);
      sample_[values_] = number;
    }
    ++values_;
  }
  /// Accepts one list of all values, or rows: nested lists whose lengths are those of the shape, with or
  /// without 1s.
  void check_lengths() const {
    const bool flat = lengths_.size() == 1;
    if (values_ == sample_.size() && (flat || without_ones(lengths_) == without_ones(shape_))) return;
    std::string given = std::to_string(values_) + " values";
    if (!flat) given = std::to_string(lengths_[0]) + " rows of " + std::to_string(lengths_[1]);
    throw LeafProblem{"the sample has " + given + " instead of " + std::to_string(sample_.size()), ""};
  }
  static std::vector<std::int64_t> without_ones(std::vector<std::int64_t> lengths) {
    std::erase(lengths, 1);
    return lengths;
  }
  [[noreturn]] void fail(json::value value) const {
    const std::string_view raw = value.raw_json_token();
    const std::string token = printable(raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1), 24);
    if (token.starts_with('"')) throw LeafProblem{"the sample holds text, which looks like sent140 data", ""};
    throw refusal(token);
  }

  static constexpr std::int64_t unknown = -1;

  std::int32_t classes_;
  std::vector<std::int64_t> shape_;
  std::vector<double> sample_;         ///< values of the current sample
  std::size_t values_ = 0;             ///< number of values so far
  std::vector<std::int64_t> lengths_;  ///< lengths of its lists, by depth
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
  NumberContent(const SampleForm& form, MoreClasses more)
      : RowContent(form), classes_(form.classes), more_(std::move(more)) {}
  std::int32_t read_label(json::value y) override { return read_class(y, classes_, more_); }
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

  std::int32_t classes_;
  MoreClasses more_;
  Floats numbers_;
};

}  // namespace

std::unique_ptr<LeafContent> make_pixel_content(const SampleForm& form) {
  return std::make_unique<PixelContent>(form);
}

std::unique_ptr<LeafContent> make_number_content(const SampleForm& form, MoreClasses more) {
  return std::make_unique<NumberContent>(form, std::move(more));
}

std::int32_t read_class(json::value y, std::int32_t classes, const MoreClasses& more) {
  const double label = expect_type(y.get_double(), "the label is not a number");
  const bool whole = label >= 0 && label == std::floor(label);
  if (!whole || label >= classes)
    throw LeafProblem{"the label is not a whole number from 0 to " + std::to_string(classes - 1),
                      whole && label < more.classes ? more.remedy : ""};
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
