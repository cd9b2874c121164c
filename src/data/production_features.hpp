// The production task's records: which service is used next (Chen et al. 2018, section 4.3; docs/protocols.md
// 5.1).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "data/client.hpp"

namespace fedmeta::data {

/// One use of a service. -1 = not known, for the context.
struct UseRecord {
  std::int64_t time = 0;      ///< Unix seconds, of the user's own clock
  std::int32_t service = 0;   ///< any number that names it among all users
  std::int8_t category = -1;  ///< of the service: 0 .. 13
  std::int8_t battery = -1;   ///< decile: 0 .. 9
  std::int8_t place = -1;     ///< or network: 0 .. 5
  bool after_pause = true;    ///< the gap bucket: not shortly after the record before
};

/// Seconds below which a gap between two records is short, where only the times are known. This is where
/// prodsim's two kinds of gap, of mean 3 minutes and 3 hours, are told apart with the fewest errors.
inline constexpr std::int64_t short_gap_seconds = 750;

/// The features, docs/protocols.md 5.4 item 6, one stored number each: the last service by its local label,
/// hour, weekday (Monday first), battery decile, place, gap bucket (0 short, 1 long), category of the last
/// service.
inline constexpr std::int32_t local_services = 40;
inline constexpr std::array<std::int32_t, 7> use_blocks = {local_services, 24, 7, 10, 6, 2, 14};
inline constexpr std::int32_t use_columns = 103;

/// All users and services of the data set, where every model input names both and labels are global
/// (the paper's NN-unified).
struct UnifiedColumns {
  std::int64_t users = 0, services = 0;
};

/// 103 columns, 7 stored; labels 0 .. 39.
SampleForm production_form();
/// 103 + users + services columns, 9 stored; labels are service numbers.
SampleForm production_form(const UnifiedColumns& unified);

/// Indices [n, 7] of records in the order of time. Labels number the services by first appearance. The first
/// record has no last service: -1 in its two columns. Throws Error(input) for more than 40 services.
Client encode_uses(const std::string& id, std::span<const UseRecord> records);
/// Indices [n, 9]: the same 7, the user's column and the last service's column (-1 for the first record).
Client encode_uses(const std::string& id, std::span<const UseRecord> records, const UnifiedColumns& unified,
                   std::int64_t user);

}  // namespace fedmeta::data
