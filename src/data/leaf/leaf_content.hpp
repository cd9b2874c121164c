// Reads the samples and labels of one data set from LEAF's JSON. For this room's readers only.
#pragma once

#include <simdjson.h>

#include <memory>
#include <string>

#include "data/client.hpp"

namespace fedmeta::data {

/// A fault of a sample or a label. The reader adds its place.
struct LeafProblem {
  std::string what;
  std::string remedy;  ///< empty: advise another --dataset or other data
};

/// Collects the samples of one user at a time. Both functions that read throw LeafProblem.
class LeafContent {
 public:
  virtual ~LeafContent() = default;

  /// Adds a sample. Returns a hash of the sample as it stands in the file.
  virtual std::uint64_t add_sample(simdjson::ondemand::value x) = 0;
  virtual std::int32_t read_label(simdjson::ondemand::value y) = 0;
  /// Returns the added samples and starts anew.
  virtual Features take() = 0;
};

/// Reads grey values in [0, 1], form.width per sample, and labels 0 .. form.classes - 1.
std::unique_ptr<LeafContent> make_pixel_content(const SampleForm& form);

/// Reads any numbers that a float can hold, form.width per sample, and labels 0 .. form.classes - 1.
std::unique_ptr<LeafContent> make_number_content(const SampleForm& form, MoreClasses more = {});

/// Returns the value if it has the right type. Otherwise throws LeafProblem with `what`.
template <class T>
T expect_type(simdjson::simdjson_result<T> result, const std::string& what) {
  if (result.error() == simdjson::INCORRECT_TYPE) throw LeafProblem{what, ""};
  return std::move(result).value();
}

/// Reads a whole number from 0 to classes - 1, which may be written as 3.0. Throws LeafProblem.
std::int32_t read_class(simdjson::ondemand::value y, std::int32_t classes, const MoreClasses& more = {});

/// Returns text from a file in a form that is safe in a one-line message.
std::string printable(std::string_view text, std::size_t limit = 60);

}  // namespace fedmeta::data
