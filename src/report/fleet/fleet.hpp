// A fleet of phones: what devices there are, by what links they are reached, and which client has which.
//
//     seed = 1                     # optional, 1: of the drawing
//     deadline = 270               # optional, s: the server waits no longer
//     dropout = 0.08               # optional, 0: probability that a sampled client fails
//     [[devices]]
//     name = "slow phone"
//     share = 18820                # of the clients, beside the other devices' shares
//     flops_per_second = 6.3e8     # in training, as `client_flops` counts
//     joules_per_flop = 1e-9       # optional
//     [[links]]
//     name = "Wi-Fi"
//     share = 1
//     downlink = 4.3e6             # B/s
//     uplink = 3.3e6               # B/s
//     latency = 0.05               # optional, 0 s: before the first byte, each way
//     joules_per_byte_down = 1e-6  # optional, both or none
//     joules_per_byte_up = 2e-6
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta {

/// Texts of src/report/fleet/*.toml, as they were when the program was built, by their names without the
/// ending.
const std::map<std::string, std::string_view>& fleet_texts();

}  // namespace fedmeta

namespace fedmeta::report {

struct Device {
  std::string name;
  double share = 1, flops_per_second = 0;
  std::optional<double> joules_per_flop;
};

struct Link {
  std::string name;
  double share = 1, downlink = 0, uplink = 0;  ///< B/s
  double latency = 0;                          ///< s, each way
  std::optional<double> joules_per_byte_down, joules_per_byte_up;
};

struct Fleet {
  std::string name;  ///< as it was asked for: "default", or the path of a file
  std::vector<Device> devices;
  std::vector<Link> links;
  std::optional<double> deadline;  ///< s
  double dropout = 0;
  std::int64_t seed = 1;
};

/// Throws Error(usage), which names the file, the key, the line and what to write; also for energies that are
/// given for some devices, or some links, alone, and for names that are empty or there twice.
Fleet parse_fleet(const std::string& file, std::string_view text);

/// Returns the fleet of a name that is compiled in, "default", or of a file. Throws Error(usage) as above,
/// and Error(own_file) if the file cannot be read.
Fleet load_fleet(const std::string& name_or_file);

/// What a client has. Pointers are to the fleet.
struct Phone {
  const Device* device;
  const Link* link;
};

/// Draws by a hash of (seed, id): a client has the same phone in every method, round and file.
Phone phone_of(const Fleet& fleet, const std::string& client_id);

/// Draws by a hash of (seed, id, round).
bool drops_out(const Fleet& fleet, const std::string& client_id, std::int32_t round);

/// Returns the uplink, B/s, that half of the clients have at most, by the links' shares.
double median_uplink(const Fleet& fleet);

/// Whether the fleet says what computing, or sending and receiving, takes.
bool has_compute_energy(const Fleet& fleet);
bool has_link_energy(const Fleet& fleet);

}  // namespace fedmeta::report
