#include "data/stand_in/generated_size.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int64_t most_clients = 1'000'000;

void check(bool holds, const std::string& what, const std::string& where, const std::string& remedy) {
  if (!holds) throw Error(Status::usage, what, where, remedy);
}

}  // namespace

void check_clients(std::int64_t clients, const std::string& where) {
  check(clients >= 1 && clients <= most_clients, "impossible number of clients", where,
        "ask for 1 to 1000000 clients");
}

void check_size(const GeneratedSize& size, const std::string& where) {
  check_clients(size.clients, where);
  check(size.min_samples >= 1, "impossible least number of samples", where, "ask for at least 1");
  check(size.mean_samples >= double(size.min_samples) && size.mean_samples <= 1e6,
        "impossible mean number of samples", where, "give a mean not below the least number of samples");
  check(size.deviation_samples >= 0 && size.deviation_samples <= 1e6, "impossible deviation of samples",
        where, "give a deviation of 0 or more");
}

std::int64_t draw_samples(const GeneratedSize& size, Random& random) {
  const double mean = size.mean_samples - double(size.min_samples);
  if (mean <= 0) return size.min_samples;
  const double ratio = size.deviation_samples / mean;
  const double variance = std::log1p(ratio * ratio);
  const double above = std::exp(std::log(mean) - variance / 2 + std::sqrt(variance) * random.normal());
  return size.min_samples + std::llround(above);
}

std::string numbered_id(std::string_view prefix, std::int64_t index, std::int64_t count) {
  const std::size_t width = std::max<std::size_t>(4, std::to_string(count - 1).size());
  const std::string number = std::to_string(index);
  return std::string(prefix).append(width - number.size(), '0').append(number);
}

}  // namespace fedmeta::data
