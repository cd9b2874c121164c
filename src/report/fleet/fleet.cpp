#include "report/fleet/fleet.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/random.hpp"
#include "report/output/files.hpp"
#include "report/toml_keys.hpp"

namespace fedmeta::report {
namespace {

void check_positive(const Keys& keys, const std::string& key, double value) {
  if (!(value > 0) || !std::isfinite(value))
    keys.fail(key + " is not positive", "give a number greater than 0");
}

double positive(Keys& keys, const std::string& key) {
  const auto value = keys.required<double>(key);
  check_positive(keys, key, value);
  return value;
}

std::optional<double> not_negative(Keys& keys, const std::string& key) {
  const auto value = keys.optional<double>(key);
  if (value && (!(*value >= 0) || !std::isfinite(*value)))
    keys.fail(key + " is negative or not a number", "give a number from 0");
  return value;
}

Device device_of(Keys keys) {
  Device device{keys.required<std::string>("name"), positive(keys, "share"),
                positive(keys, "flops_per_second"), not_negative(keys, "joules_per_flop")};
  keys.end();
  return device;
}

Link link_of(Keys keys) {
  Link link{keys.required<std::string>("name"),
            positive(keys, "share"),
            positive(keys, "downlink"),
            positive(keys, "uplink"),
            not_negative(keys, "latency").value_or(0),
            not_negative(keys, "joules_per_byte_down"),
            not_negative(keys, "joules_per_byte_up")};
  keys.end();
  if (link.joules_per_byte_down.has_value() != link.joules_per_byte_up.has_value())
    keys.fail("energy of one direction alone",
              "give joules_per_byte_down and joules_per_byte_up, or neither");
  return link;
}

/// A sum over phones of which some have no energy would be too little.
template <class T>
void check_all_or_none(const Keys& keys, const std::vector<T>& classes, std::optional<double> T::*energy,
                       const std::string& key) {
  const auto given =
      std::count_if(classes.begin(), classes.end(), [&](const T& one) { return (one.*energy).has_value(); });
  if (given != 0 && given != static_cast<std::ptrdiff_t>(classes.size()))
    keys.fail(key + " is given for some and not for others", "give it for all, or for none");
}

/// Returns the class in whose part of [0, 1) a number lies; classes lie there in order, as wide as their
/// shares.
template <class T>
const T& at(const std::vector<T>& classes, double place) {
  double sum = 0;
  for (const T& one : classes) sum += one.share;
  double end = 0;
  for (const T& one : classes) {
    end += one.share / sum;
    if (place < end) return one;
  }
  return classes.back();  // where the shares add up to a little less than 1
}

Random stream(const Fleet& fleet, const char* purpose, const std::string& client_id,
              std::uint64_t round = 0) {
  return {static_cast<std::uint64_t>(fleet.seed), purpose, {hash(client_id), round}};
}

}  // namespace

Fleet parse_fleet(const std::string& file, std::string_view text) {
  const toml::table table = parse_toml(text, file);
  Keys keys(table, file);
  Fleet fleet{file,
              all_of(keys, "devices", device_of),
              all_of(keys, "links", link_of),
              keys.optional<double>("deadline"),
              keys.optional<double>("dropout").value_or(0),
              keys.optional<std::int64_t>("seed").value_or(1)};
  keys.end();
  if (fleet.deadline) check_positive(keys, "deadline", *fleet.deadline);
  if (!(fleet.dropout >= 0 && fleet.dropout < 1))
    keys.fail("dropout is no probability", "give a number from 0 to below 1");
  check_all_or_none(keys, fleet.devices, &Device::joules_per_flop, "joules_per_flop");
  check_all_or_none(keys, fleet.links, &Link::joules_per_byte_up, "joules_per_byte_up");
  return fleet;
}

Fleet load_fleet(const std::string& name_or_file) {
  const auto known = fleet_texts().find(name_or_file);
  if (known != fleet_texts().end()) return parse_fleet(name_or_file, known->second);
  check_regular_file(name_or_file, Status::usage, "give a fleet's TOML file, or default");
  return parse_fleet(name_or_file, read_file(name_or_file));
}

Phone phone_of(const Fleet& fleet, const std::string& client_id) {
  return {&at(fleet.devices, stream(fleet, "fleet device", client_id).uniform()),
          &at(fleet.links, stream(fleet, "fleet link", client_id).uniform())};
}

bool drops_out(const Fleet& fleet, const std::string& client_id, std::int32_t round) {
  return fleet.dropout > 0 &&
         stream(fleet, "fleet dropout", client_id, static_cast<std::uint64_t>(round)).uniform() <
             fleet.dropout;
}

double median_uplink(const Fleet& fleet) {
  auto links = fleet.links;
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.uplink < b.uplink; });
  return at(links, std::nextafter(0.5, 0.0)).uplink;
}

bool has_compute_energy(const Fleet& fleet) {
  return fleet.devices.front().joules_per_flop.has_value();
}

bool has_link_energy(const Fleet& fleet) {
  return fleet.links.front().joules_per_byte_up.has_value();
}

}  // namespace fedmeta::report
