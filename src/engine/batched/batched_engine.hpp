// All clients of a group at once, by derived passes over a leading client dimension: on any device, a fixed
// number of operators, however many clients there are.
#pragma once

#include <cstdint>
#include <memory>

#include "device/plugin.hpp"
#include "engine/engine_choice.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Bytes that the rows in work take at most, about. Larger batches go through in portions of as many rows.
inline constexpr std::int64_t default_portion_bytes = std::int64_t{2} << 30;

struct BatchedOptions {
  std::int64_t portion_bytes = default_portion_bytes;
  bool rounded = false;                             ///< portions in few sizes, for recorders
  std::unique_ptr<device::Recorder> recorder = {};  ///< work is recorded if there is one
};

/// Returns null where there are no such passes for the network, which must outlive the engine.
std::unique_ptr<learn::Engine> make_batched_engine(const model::Network& network,
                                                   BatchedOptions options = {});

/// The same in fp32, tf32 (which is left to the GPU) and double, on any device; else null.
std::unique_ptr<learn::Engine> offer_batched_engine(const model::Network& network, at::Device device,
                                                    const EngineChoice& choice);

}  // namespace fedmeta::engine
