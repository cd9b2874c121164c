#include "engine/batched/portions.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace fedmeta::engine::batched {
namespace {

/// Places come in steps of a sixteenth to an eighth of their number.
std::int64_t unit(std::int64_t rows) {
  return std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(rows - 1)) - 4);
}

bool has_rows_after(const learn::Batch& batch, std::int64_t begin) {
  return batch.rows() > begin;
}

/// Those with rows, and others until they are so many; in their order.
std::vector<std::size_t> members(const learn::Batches& batches, std::int64_t begin, std::int64_t count) {
  auto others =
      count - std::ranges::count_if(batches, [&](const auto& batch) { return has_rows_after(batch, begin); });
  std::vector<std::size_t> clients;
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (has_rows_after(batches[i], begin) || others-- > 0) clients.push_back(i);
  return clients;
}

}  // namespace

std::int64_t Portions::rows(std::int64_t clients, const at::TensorOptions& options) const {
  const auto of_row = static_cast<std::int64_t>(options.dtype().itemsize()) * numbers_in_work;
  return std::max<std::int64_t>(1, bytes / (of_row * clients));
}

std::int64_t Portions::padded(std::int64_t rows) const {
  if (!rounded || rows <= 16) return rows;
  return (rows + unit(rows) - 1) / unit(rows) * unit(rows);
}

std::int64_t Portions::filling(std::int64_t rows) const {
  return padded(rows) == rows ? rows : padded(rows) - unit(rows);
}

/// Parameters are taken, and what is added to them put back: three times there and back. What is saved has
/// been through memory about as often as a row has numbers in work.
bool Portions::pays_apart(std::int64_t together, std::int64_t group, std::int64_t rows) const {
  return (group - together) * rows * numbers_in_work > 3 * together * parameters;
}

std::vector<Portion> Portions::split(const learn::Batches& batches, const at::TensorOptions& options) const {
  const auto group = std::ssize(batches), all = most_rows(batches);
  std::vector<Portion> portions;
  for (std::int64_t begin = 0; begin < all;) {
    const auto active =
        std::ranges::count_if(batches, [&](const auto& batch) { return has_rows_after(batch, begin); });
    const auto fitting = [&](std::int64_t clients) {
      return std::min(all - begin, filling(this->rows(clients, options)));
    };
    auto count = std::min(padded(active), group);
    if (!pays_apart(count, group, fitting(count))) count = group;
    const auto rows = fitting(count);
    portions.push_back({&batches, members(batches, begin, count), begin, begin + rows, padded(rows)});
    begin += rows;
  }
  return portions;
}

Portion whole(const learn::Batches& batches, std::int64_t places) {
  return of_all({&batches, {}, 0, most_rows(batches), places});
}

Portion of_all(Portion portion) {
  portion.clients.resize(portion.batches->size());
  std::iota(portion.clients.begin(), portion.clients.end(), 0U);
  return portion;
}

}  // namespace fedmeta::engine::batched
