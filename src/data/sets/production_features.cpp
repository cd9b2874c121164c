#include "data/sets/production_features.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int64_t hour_seconds = 3600, day_seconds = 24 * hour_seconds;

static_assert([] {
  std::int32_t sum = 0;
  for (const auto columns : use_blocks) sum += columns;
  return sum;
}() == use_columns);

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Numbers services by first appearance.
std::vector<std::int32_t> local_labels(const std::string& id, std::span<const UseRecord> records) {
  std::unordered_map<std::int32_t, std::int32_t> numbers;
  std::vector<std::int32_t> labels;
  labels.reserve(records.size());
  for (const auto& record : records)
    labels.push_back(
        numbers.try_emplace(record.service, static_cast<std::int32_t>(numbers.size())).first->second);
  if (std::ssize(numbers) > local_services)
    throw Error(Status::input, "a user has more than 40 services", "user " + id,
                "keep the records of the user's most frequent services");
  return labels;
}

/// Column number within each block, -1 if there is none.
using Blocks = std::array<std::int32_t, use_blocks.size()>;

Blocks blocks_of(const UseRecord& record, const UseRecord* last, std::int32_t last_label) {
  const auto days = floor_div(record.time, day_seconds);
  const auto hour = (record.time - days * day_seconds) / hour_seconds;
  const auto weekday = (days + 3) - 7 * floor_div(days + 3, 7);  // 1 January 1970 was a Thursday
  return {last_label,   static_cast<std::int32_t>(hour), static_cast<std::int32_t>(weekday), record.battery,
          record.place, record.after_pause ? 1 : 0,      last ? last->category : -1};
}

/// Converts numbers within blocks to columns of the whole.
void append_columns(const Blocks& blocks, Indices& indices) {
  std::int32_t begin = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    indices.push_back(blocks[b] < 0 ? -1 : begin + blocks[b]);
    begin += use_blocks[b];
  }
}

Client encode(const std::string& id, std::span<const UseRecord> records, const UnifiedColumns* unified,
              std::int64_t user) {
  auto labels = local_labels(id, records);
  Indices indices;
  indices.reserve(records.size() * (use_blocks.size() + (unified ? 2 : 0)));
  for (std::size_t i = 0; i < records.size(); ++i) {
    const UseRecord* last = i > 0 ? &records[i - 1] : nullptr;
    append_columns(blocks_of(records[i], last, last ? labels[i - 1] : -1), indices);
    if (!unified) continue;
    indices.push_back(static_cast<std::int32_t>(use_columns + user));
    indices.push_back(last ? static_cast<std::int32_t>(use_columns + unified->users + last->service) : -1);
  }
  if (unified)
    for (std::size_t i = 0; i < records.size(); ++i) labels[i] = records[i].service;
  return {id, std::move(indices), std::move(labels)};
}

}  // namespace

SampleForm production_form() {
  return {"production", {use_columns}, std::ssize(use_blocks), local_services, Input::categories};
}

SampleForm production_form(const UnifiedColumns& unified) {
  return {"production",
          {use_columns + unified.users + unified.services},
          std::ssize(use_blocks) + 2,
          static_cast<std::int32_t>(unified.services),
          Input::categories};
}

Client encode_uses(const std::string& id, std::span<const UseRecord> records) {
  return encode(id, records, nullptr, 0);
}

Client encode_uses(const std::string& id, std::span<const UseRecord> records, const UnifiedColumns& unified,
                   std::int64_t user) {
  return encode(id, records, &unified, user);
}

}  // namespace fedmeta::data
