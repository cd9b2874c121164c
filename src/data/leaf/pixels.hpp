// Collects the pixels of one user: one byte each as long as every value is k/255.
#pragma once

#include <span>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

class Pixels {
 public:
  /// Appends one sample of values in [0, 1]. The first value that is not within 1e-6 of k/255 turns all of
  /// the user's samples into floats.
  void add(std::span<const double> sample);

  /// Returns the added samples and starts anew.
  Features take();

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<float> floats_;  ///< in use if not empty
};

}  // namespace fedmeta::data
