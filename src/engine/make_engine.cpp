#include "engine/make_engine.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "engine/autograd_engine.hpp"

namespace fedmeta::engine {

// Declares the engines' functions, which their own sources define.
#define ENGINE(kind, offer) \
  std::unique_ptr<learn::Engine> offer(const model::Network&, at::Device, const EngineChoice&);
#include "engine/engines.def"
#undef ENGINE

namespace {

struct Offer {
  EngineKind kind;
  std::unique_ptr<learn::Engine> (*make)(const model::Network&, at::Device, const EngineChoice&);
};

constexpr std::array offers{
#define ENGINE(kind, offer) Offer{EngineKind::kind, offer},
#include "engine/engines.def"
#undef ENGINE
};

struct Kind {
  const char* word;
  EngineKind kind;
};
constexpr std::array kinds{Kind{"auto", EngineKind::automatic}, Kind{"autograd", EngineKind::autograd},
                           Kind{"derived", EngineKind::derived}, Kind{"batched", EngineKind::batched}};

const char* word_of(EngineKind kind) {
  return std::ranges::find(kinds, kind, &Kind::kind)->word;
}

bool is_wanted(EngineKind offered, EngineKind kind, at::Device device) {
  if (kind != EngineKind::automatic) return offered == kind;
  return offered != EngineKind::batched || !device.is_cpu();
}

}  // namespace

EngineKind engine_kind_named(const std::string& word) {
  std::vector<std::string> words;
  for (const auto& known : kinds) {
    if (word == known.word) return known.kind;
    words.emplace_back(known.word);
  }
  throw Error(Status::usage, "unknown engine", "--engine " + word, "use one of: " + joined(words, ", "));
}

std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           const EngineChoice& choice) {
  const auto kind = choice.kind;
  for (const auto& offer : offers)
    if (is_wanted(offer.kind, kind, device))
      if (auto engine = offer.make(network, device, choice)) return engine;
  if (kind == EngineKind::automatic || kind == EngineKind::autograd)
    return make_autograd_engine(network, model::counted_products(choice.precision));
  throw Error(Status::usage, "there are no such passes for this network, device and precision",
              std::string("--engine ") + word_of(kind) + " with --model " + network.name(),
              "use --engine auto");
}

}  // namespace fedmeta::engine
