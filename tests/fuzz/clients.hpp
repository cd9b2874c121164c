// What must hold of clients that any reader returns.
#pragma once

#include <span>
#include <string>
#include <type_traits>

#include "data/client.hpp"
#include "data/sample_hash.hpp"
#include "data/sets/shakespeare.hpp"
#include "fuzz/target.hpp"

namespace fedmeta::fuzz {

/// Throws std::logic_error unless each client has `width` numbers, or a window, for each label, and its
/// labels lie in [0, classes). Reads every sample.
inline void check_clients(std::span<const data::Client> clients, std::int64_t width, std::int32_t classes) {
  for (const auto& client : clients) {
    const auto samples = client.labels.size();
    for (const auto label : client.labels)
      require(label >= 0 && label < classes, "label " + std::to_string(label));
    std::visit(
        [&]<class T>(const T& features) {
          if constexpr (std::is_same_v<T, data::Windows>) {
            require(features.start.size() == samples, "not one window for each label");
            for (const auto start : features.start)
              require(
                  start >= 0 && static_cast<std::size_t>(start) + data::window_width <= features.text.size(),
                  "a window outside its text");
          } else {
            require(features.size() == samples * static_cast<std::size_t>(width),
                    "not one sample for each label");
          }
        },
        client.features);
    data::sample_hashes(client);
  }
}

}  // namespace fedmeta::fuzz
