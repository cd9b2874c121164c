// How one data set writes its samples and labels into LEAF's JSON. Seen by this room's readers alone.
#pragma once

#include <simdjson.h>

#include <memory>
#include <string>

#include "data/client.hpp"

namespace fedmeta::data {

/// What is wrong with a sample or a label. Where it is, the reader adds.
struct LeafProblem {
  std::string what;
  std::string remedy;  ///< empty: another --dataset, or other data
};

/// Collects one user's samples at a time. Both readers throw LeafProblem.
class LeafContent {
 public:
  virtual ~LeafContent() = default;

  /// Returns a hash of the sample as the file has it.
  virtual std::uint64_t add_sample(simdjson::ondemand::value x) = 0;
  virtual std::int32_t read_label(simdjson::ondemand::value y) = 0;
  /// The samples added, leaving nothing behind.
  virtual Features take() = 0;
};

/// Grey values in [0, 1], form.width a sample; labels 0 .. form.classes - 1.
std::unique_ptr<LeafContent> make_pixel_content(const SampleForm& form);

/// Labels of other data of the same kind, and what to do about them.
struct MoreClasses {
  std::int32_t classes = 0;
  std::string remedy = {};
};

/// Numbers of any size and sign that a float can hold, form.width a sample; labels 0 .. form.classes - 1.
std::unique_ptr<LeafContent> make_number_content(const SampleForm& form, MoreClasses more = {});

/// The value, where it has the type that `what` tells the user to expect.
template <class T>
T expect_type(simdjson::simdjson_result<T> result, const std::string& what) {
  if (result.error() == simdjson::INCORRECT_TYPE) throw LeafProblem{what, ""};
  return std::move(result).value();
}

/// A whole number from 0 to classes - 1, also written as 3.0. Throws LeafProblem.
std::int32_t read_class(simdjson::ondemand::value y, std::int32_t classes, const MoreClasses& more = {});

/// Text from a file, made fit for a one-line message.
std::string printable(std::string_view text, std::size_t limit = 60);

}  // namespace fedmeta::data
