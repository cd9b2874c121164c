// Records of the production task, which asks for the next service (Chen et al. 2018, section 4.3;
// docs/protocols.md 5.1).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "data/client.hpp"

namespace fedmeta::data {

/// One use of a service. In the context -1 means unknown.
struct UseRecord {
  std::int64_t time = 0;      ///< Unix seconds of the user's own clock
  std::int32_t service = 0;   ///< any number that identifies the service among all users
  std::int8_t category = -1;  ///< category of the service, 0 .. 13
  std::int8_t battery = -1;   ///< decile, 0 .. 9
  std::int8_t place = -1;     ///< place or network, 0 .. 5
  bool after_pause = true;    ///< the gap bucket: true if it is long after the previous record
};

/// Seconds below which a gap between two records is short, if only the times are known. This bound separates
/// prodsim's two kinds of gap, of 3 minutes and 3 hours on average, with the fewest errors.
inline constexpr std::int64_t short_gap_seconds = 750;

/// The features, docs/protocols.md 5.4 item 6, one stored number each: the last service by its local label,
/// hour, weekday (Monday first), battery decile, place, gap bucket (0 short, 1 long), category of the last
/// service.
inline constexpr std::int32_t local_services = 40;
inline constexpr std::array<std::int32_t, 7> use_blocks = {local_services, 24, 7, 10, 6, 2, 14};
inline constexpr std::int32_t use_columns = 103;

/// Numbers of users and services of the data set for the paper's NN-unified, whose inputs name both and whose
/// labels are global.
struct UnifiedColumns {
  std::int64_t users = 0, services = 0;
};

/// Returns the form with 103 columns, 7 of them stored, and labels 0 .. 39.
SampleForm production_form();
/// Returns the form with 103 + users + services columns, 9 of them stored, whose labels are service numbers.
SampleForm production_form(const UnifiedColumns& unified);

/// Encodes records in order of time as Indices [n, 7]. Labels number the services by first appearance. The
/// first record has no last service, so its two columns are -1. Throws Error(input) for more than 40
/// services.
Client encode_uses(const std::string& id, std::span<const UseRecord> records);
/// Encodes records as Indices [n, 9]: the same 7, the user's column and the last service's column (-1 for the
/// first record).
Client encode_uses(const std::string& id, std::span<const UseRecord> records, const UnifiedColumns& unified,
                   std::int64_t user);

}  // namespace fedmeta::data
