#include "settings/start_from.hpp"

#include <charconv>
#include <filesystem>
#include <string_view>

#include "base/error.hpp"

namespace fedmeta::settings {
namespace {

constexpr std::string_view seed_prefix = "seed";

/// Returns the number in seed7, or nothing.
std::optional<std::int64_t> seed_in(std::string_view text) {
  if (!text.starts_with(seed_prefix)) return {};
  text.remove_prefix(seed_prefix.size());
  std::int64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return seed;
}

}  // namespace

std::string StartFrom::text() const {
  auto text = std::filesystem::path(file).filename().string() + ":" + algorithm;
  if (seed) text.append("/").append(seed_prefix).append(std::to_string(*seed));
  return text;
}

std::optional<StartFrom> start_from(const Settings& settings) {
  const auto& text = settings.start_from;
  if (text.empty()) return {};
  const auto colon = text.rfind(':');
  const auto run = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  const auto slash = run.find('/');
  StartFrom from{text.substr(0, std::min(colon, text.size())), run.substr(0, slash), {}};
  if (slash != std::string::npos) from.seed = seed_in(std::string_view(run).substr(slash + 1));
  if (from.file.empty() || from.algorithm.empty() || (slash != std::string::npos && !from.seed))
    throw Error(Status::usage, "not of the form FILE.h5:ALGORITHM or FILE.h5:ALGORITHM/seedK",
                "--start-from " + text, "write e.g. run.h5:fedavg, or run.h5:fedavg/seed1");
  return from;
}

}  // namespace fedmeta::settings
