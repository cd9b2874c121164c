// What a data set is to the program: clients with samples. Plain structs, no libtorch.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace fedmeta::data {

/// Row-major [samples, width]. A byte k stands for the value k/255, a float for itself.
using Features = std::variant<std::vector<std::uint8_t>, std::vector<float>>;

/// One user of the data set and all of its samples, in file order.
struct Client {
  std::string id;
  Features features;
  std::vector<std::int32_t> labels;  ///< one per sample, 0 .. classes-1
};

/// What every sample of a data set looks like.
struct SampleForm {
  std::string dataset;              ///< name as in --dataset
  std::vector<std::int64_t> shape;  ///< of one sample, such as {1, 28, 28}
  std::int64_t width;               ///< product of shape
  std::int32_t classes;
};

/// FEMNIST (LEAF): 28 x 28 grey values, background 1, ink towards 0; 0-9, A-Z, a-z.
inline SampleForm femnist_form() {
  return {"femnist", {1, 28, 28}, 784, 62};
}

/// The values themselves: bytes become k/255.
std::vector<float> to_floats(Features features);

/// Appends the samples of `more`, the same user's part in a later file. Bytes beside floats become floats.
void append(Client& client, Client&& more);

}  // namespace fedmeta::data
