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

/// Of which sums, products and quotients over all rounds are numbers, too.
constexpr NumberRange positive{1e-30, 1e30, "a number from 1e-30 to 1e30"},
    not_negative{0, 1e30, "a number from 0 to 1e30"},
    probability{0, 0x1.fffffffffffffp-1, "a number from 0 to below 1"};

std::string name_in(Keys& keys) {
  auto name = keys.required<std::string>("name");
  if (name.find_first_not_of(" \t\r\n") == std::string::npos)
    keys.fail_at("name", "name is empty", "give a name");
  return name;
}

Device device_of(Keys keys) {
  Device device{name_in(keys), keys.required("share", positive), keys.required("flops_per_second", positive),
                keys.optional("joules_per_flop", not_negative)};
  keys.end();
  return device;
}

Link link_of(Keys keys) {
  Link link{name_in(keys),
            keys.required("share", positive),
            keys.required("downlink", positive),
            keys.required("uplink", positive),
            keys.optional("latency", not_negative).value_or(0),
            keys.optional("joules_per_byte_down", not_negative),
            keys.optional("joules_per_byte_up", not_negative)};
  keys.end();
  if (link.joules_per_byte_down.has_value() != link.joules_per_byte_up.has_value())
    keys.fail("energy of one direction alone",
              "give joules_per_byte_down and joules_per_byte_up, or neither");
  return link;
}

/// Tables and errors tell devices, and links, by their names.
template <class T>
void check_distinct(const Keys& keys, const std::vector<T>& classes, const std::string& key) {
  for (std::size_t i = 0; i < classes.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (classes[k].name == classes[i].name)
        keys.fail_at(key,
                     key + " " + std::to_string(k + 1) + " and " + std::to_string(i + 1) +
                         " are both called " + classes[i].name,
                     "give each a name of its own");
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
              keys.optional("deadline", positive),
              keys.optional("dropout", probability).value_or(0),
              keys.optional<std::int64_t>("seed").value_or(1)};
  keys.end();
  if (fleet.seed < 0)
    keys.fail_at("seed", "seed is " + std::to_string(fleet.seed), "give a whole number from 0");
  check_distinct(keys, fleet.devices, "devices");
  check_distinct(keys, fleet.links, "links");
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
