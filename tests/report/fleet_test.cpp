// The description of a fleet, which client has which phone, and the default fleet's sources.
#include "report/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.hpp"
#include "cost/formulas.hpp"

namespace fedmeta::report {
namespace {

const std::string devices = "[[devices]]\nname = \"d\"\nshare = 1\nflops_per_second = 100\n";
const std::string links = "[[links]]\nname = \"l\"\nshare = 1\ndownlink = 10\nuplink = 5\n";

/// One device and one link for all: 100 FLOP/s, 10 B/s down and 5 up.
Fleet small_fleet(const std::string& keys = "") {
  return parse_fleet("f.toml", keys + devices + links);
}

/// FLASH's milliseconds for one batch of ten samples of FEMNIST's CNN, with this program's counting.
TEST(DefaultFleet, GivesTheMeasuredMillisecondsBack) {
  const Fleet fleet = load_fleet("default");
  constexpr std::int64_t forward = 34'423'808;
  const auto milliseconds = [&](std::size_t device, std::int64_t flops) {
    return 1000 * static_cast<double>(flops) / fleet.devices.at(device).flops_per_second;
  };
  const std::vector<double> measured{1642, 588, 179};
  ASSERT_EQ(fleet.devices.size(), measured.size());
  for (std::size_t d = 0; d < measured.size(); ++d) {
    EXPECT_NEAR(milliseconds(d, cost::local_flops(forward, 10)), measured[d], 1e-3);
    EXPECT_NEAR(milliseconds(d, cost::maml_flops(forward, 10, 10)), 4 * measured[d], 1e-2);
  }
  EXPECT_EQ(fleet.devices[0].share, 18820);
  EXPECT_EQ(fleet.devices[1].share, 16428);
  EXPECT_EQ(fleet.devices[2].share, 159);
  double of_19 = 0;
  for (const Link& link : fleet.links) of_19 += link.share;
  EXPECT_EQ(of_19, 19);
  EXPECT_NEAR(median_uplink(fleet), 3.3e6, 0.05e6);
  EXPECT_FALSE(fleet.deadline);
  EXPECT_FALSE(has_compute_energy(fleet));
  EXPECT_TRUE(has_link_energy(fleet));
}

TEST(Drawing, FollowsTheShares) {
  const Fleet fleet = load_fleet("default");
  constexpr int clients = 40'000;
  std::map<std::string, int> drawn;
  int dropped = 0, both = 0;
  for (int c = 0; c < clients; ++c) {
    const std::string id = std::to_string(c);
    const Phone phone = phone_of(fleet, id);
    ++drawn[phone.device->name];
    ++drawn[phone.link->name];
    dropped += drops_out(fleet, id, 7) ? 1 : 0;
    both += drops_out(fleet, id, 7) && drops_out(fleet, id, 8) ? 1 : 0;
  }
  const auto expect_share = [&](int count, double share) {
    EXPECT_NEAR(count, clients * share, 4 * std::sqrt(clients * share * (1 - share)));
  };
  for (const Device& device : fleet.devices) expect_share(drawn[device.name], device.share / 35'407);
  for (const Link& link : fleet.links) expect_share(drawn[link.name], link.share / 19);
  expect_share(dropped, 0.08);
  expect_share(both, 0.08 * 0.08);  // rounds are independent
}

TEST(FleetFile, IsReadWithItsDefaults) {
  const Fleet fleet = small_fleet("seed = 3\ndeadline = 60\ndropout = 0.5\n");
  EXPECT_EQ(fleet.seed, 3);
  EXPECT_EQ(fleet.deadline, 60);
  EXPECT_EQ(fleet.dropout, 0.5);
  EXPECT_EQ(small_fleet().dropout, 0);
  EXPECT_EQ(small_fleet().links[0].latency, 0);
  EXPECT_FALSE(has_link_energy(small_fleet()));
}

TEST(FleetFile, FaultsAreNamed) {
  const std::string other_device =
      "[[devices]]\nname = \"e\"\nshare = 1\nflops_per_second = 1\njoules_per_flop = 1\n";
  const std::map<std::string, std::string> faults{
      {"dropuot = 0.1\n" + devices + links,
       "unknown key dropuot (f.toml): use one of devices, links, deadline, dropout, seed"},
      {devices + "jules = 1\n" + links,
       "unknown key jules (f.toml, devices 1): use one of name, share, flops_per_second, joules_per_flop"},
      {devices + links + "up = 1\n",
       "unknown key up (f.toml, links 1): use one of name, share, downlink, uplink, latency, "
       "joules_per_byte_down, joules_per_byte_up"},
      {links, "no devices (f.toml): add one, below [[devices]]"},
      {devices, "no links (f.toml): add one, below [[links]]"},
      {"[[devices]]\nname = \"d\"\nshare = 1\nflop_per_second = 1\n" + links,
       "no flops_per_second (f.toml, devices 1): add it; given are flop_per_second, name, share"},
      {"deadline = 0\n" + devices + links, "deadline is not positive (f.toml)"},
      {"deadline = \"1 min\"\n" + devices + links, "deadline has the wrong type (f.toml): give a number"},
      {"dropout = 1\n" + devices + links, "dropout is no probability (f.toml)"},
      {"dropout = nan\n" + devices + links, "dropout is no probability (f.toml)"},
      {devices + links + "latency = -1\n", "latency is negative or not a number (f.toml, links 1)"},
      {devices + links + "joules_per_byte_up = 1\n", "energy of one direction alone (f.toml, links 1)"},
      {devices + other_device + links, "joules_per_flop is given for some and not for others (f.toml)"},
      {"[[devices]]\nname = \"d\"\nshare = inf\nflops_per_second = 1\n" + links,
       "share is not positive (f.toml, devices 1)"},
      {"devices = 1\n" + links, "devices has the wrong type (f.toml)"},
      {"seed = \n", "not TOML: "},
      {"[", "not TOML: a section without a name (f.toml, line 1)"}};
  for (const auto& [text, message] : faults) {
    try {
      parse_fleet("f.toml", text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage) << text;
      EXPECT_TRUE(std::string(error.what()).starts_with(message)) << error.what() << "\n" << message;
    }
  }
  EXPECT_THROW(load_fleet("no-such.toml"), Error);
}

}  // namespace
}  // namespace fedmeta::report
