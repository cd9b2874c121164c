// The description of a fleet, which client has which phone, and the default fleet's sources.
#include "report/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cost/formulas.hpp"

namespace fedmeta::report {
namespace {

const std::string a_device = "[[devices]]\nname = \"d\"\nshare = 1\nflops_per_second = 100\n";
const std::string a_link = "[[links]]\nname = \"l\"\nshare = 1\ndownlink = 10\nuplink = 5\n";

/// One device and one link for all: 100 FLOP/s, 10 B/s down and 5 up.
Fleet fleet_with(const std::string& keys = "") {
  return parse_fleet("f.toml", keys + a_device + a_link);
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
  const Fleet fleet = fleet_with("seed = 3\ndeadline = 60\ndropout = 0.5\n");
  EXPECT_EQ(fleet.seed, 3);
  EXPECT_EQ(fleet.deadline, 60);
  EXPECT_EQ(fleet.dropout, 0.5);
  EXPECT_EQ(fleet_with().dropout, 0);
  EXPECT_EQ(fleet_with().links[0].latency, 0);
  EXPECT_FALSE(has_link_energy(fleet_with()));
}

/// Each message begins so; `text` has its fault in the line that is told.
void expect_faults(const std::vector<std::pair<std::string, std::string>>& faults) {
  for (const auto& [text, message] : faults) {
    try {
      parse_fleet("f.toml", text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage) << text;
      EXPECT_TRUE(std::string(error.what()).starts_with(message)) << error.what() << "\n" << message;
    }
  }
}

TEST(FleetFile, KeysThatAreUnknownOrMissingAreNamed) {
  expect_faults(
      {{"dropuot = 0.1\n" + a_device + a_link,
        "unknown key dropuot (f.toml, line 1): use one of devices, links, deadline, dropout, seed"},
       {a_device + "jules = 1\n" + a_link,
        "unknown key jules (f.toml, devices 1, line 5): use one of name, share, flops_per_second, "
        "joules_per_flop"},
       {a_device + a_link + "up = 1\n",
        "unknown key up (f.toml, links 1, line 10): use one of name, share, downlink, uplink, latency, "
        "joules_per_byte_down, joules_per_byte_up"},
       {a_device + a_link + "[[fleet]]\nname = \"f\"\n",
        "unknown section [[fleet]] (f.toml, line 10): use one of"},
       {a_device + a_link + "[fleet]\nseed = 1\n", "unknown section [fleet] (f.toml, line 10): use one of"},
       {a_link, "no devices (f.toml): add one, below [[devices]]; given are links"},
       {a_device, "no links (f.toml): add one, below [[links]]; given are devices"},
       {"devices = []\n" + a_link, "no devices (f.toml): add one, below [[devices]]"},
       {"", "no devices (f.toml): add one, below [[devices]]; given are none"},
       {"[[devices]]\nname = \"d\"\nshare = 1\nflop_per_second = 1\n" + a_link,
        "no flops_per_second (f.toml, devices 1, line 1): add it; given are flop_per_second, name, share"},
       {a_device + a_link + "[[links]]\nname = \"m\"\n", "no share (f.toml, links 2, line 10): add it"}});
  EXPECT_THROW(load_fleet("no-such.toml"), Error);
}

TEST(FleetFile, ValuesOfAnotherKindAreNamed) {
  const auto device = [](const std::string& line) {
    return "[[devices]]\nname = \"d\"\nflops_per_second = 1\n" + line + a_link;
  };
  expect_faults(
      {{"[devices]\nname = \"d\"\n" + a_link,
        "[devices] is one table, not a list of them (f.toml, line 1): write [[devices]]"},
       {"devices = 1\n" + a_link, "devices is 1 (f.toml, line 1): give tables, each below [[devices]]"},
       {"devices = [1]\n" + a_link, "devices 1 is 1 (f.toml, line 1): give tables, each below [[devices]]"},
       {"deadline = \"1 min\"\n" + a_device + a_link,
        "deadline is a text (f.toml, line 1): give a number in decimal digits"},
       {device("share = true\n"), "share is true (f.toml, devices 1, line 4): give a number"},
       {device("share = 2026-11-28\n"), "share is a date or time (f.toml, devices 1, line 4): give a number"},
       {device("share = 0x10\n"),
        "share is not in decimal digits (f.toml, devices 1, line 4): give a number"},
       {device("share = { of = 1 }\n"), "share is a table (f.toml, devices 1, line 4): give a number"},
       {"[[devices]]\nname = 7\n" + a_link, "name is 7 (f.toml, devices 1, line 2): give a text in quotes"},
       {"seed = 1.5\n" + a_device + a_link,
        "seed is 1.5 (f.toml, line 1): give a whole number in decimal digits"},
       {"seed = 2.0\n" + a_device + a_link,
        "seed is 2.0 (f.toml, line 1): give a whole number in decimal digits"},
       {"seed = [1]\n" + a_device + a_link, "seed is a list (f.toml, line 1): give a whole number"},
       {"seed = true\n" + a_device + a_link, "seed is true (f.toml, line 1): give a whole number"},
       {"seed = \n", "not TOML: "},
       {"[", "not TOML: a section without a name (f.toml, line 1)"}});
}

TEST(FleetFile, NumbersOutOfRangeAreNamed) {
  const auto device = [](const std::string& share) {
    return "[[devices]]\nname = \"d\"\nshare = " + share + "\nflops_per_second = 1\n" + a_link;
  };
  const std::string positive = "give a number from 1e-30 to 1e30",
                    at_share = " (f.toml, devices 1, line 3): ",
                    probability = " (f.toml, line 1): give a number from 0 to below 1";
  expect_faults(
      {{device("0"), "share is 0" + at_share + positive},
       {device("-2"), "share is -2" + at_share + positive},
       {device("inf"), "share is inf" + at_share + positive},
       {device("-inf"), "share is -inf" + at_share + positive},
       {device("nan"), "share is nan" + at_share + positive},
       {device("1e300"), "share is 1e+300" + at_share + positive},
       {device("1e-300"), "share is 1e-300" + at_share + positive},
       {"deadline = 0\n" + a_device + a_link, "deadline is 0 (f.toml, line 1): " + positive},
       {"dropout = 1\n" + a_device + a_link, "dropout is 1" + probability},
       {"dropout = nan\n" + a_device + a_link, "dropout is nan" + probability},
       {a_device + a_link + "latency = -1\n",
        "latency is -1 (f.toml, links 1, line 10): give a number from 0 to 1e30"},
       {"seed = -1\n" + a_device + a_link, "seed is -1 (f.toml, line 1): give a whole number from 0"},
       {"seed = 99999999999999999999\n" + a_device + a_link, "not TOML: "},
       {"deadline = 1e400\n" + a_device + a_link, "not TOML: "}});
  EXPECT_EQ(fleet_with("seed = 9223372036854775807\n").seed, INT64_MAX);
  EXPECT_EQ(parse_fleet("f.toml", device("9007199254740993")).devices[0].share, 9007199254740992.0);
}

TEST(FleetFile, NamesAreThereAndDiffer) {
  const std::string other_device =
      "[[devices]]\nname = \"e\"\nshare = 1\nflops_per_second = 1\njoules_per_flop = 1\n";
  expect_faults(
      {{"[[devices]]\nname = \"\"\n" + a_link, "name is empty (f.toml, devices 1, line 2): give a name"},
       {"[[devices]]\nname = \"  \"\n" + a_link, "name is empty (f.toml, devices 1, line 2): give a name"},
       {a_device + a_device + a_link, "devices 1 and 2 are both called d (f.toml"},
       {a_device + a_link + a_link, "links 1 and 2 are both called l (f.toml"},
       {a_device + a_link + "joules_per_byte_up = 1\n",
        "energy of one direction alone (f.toml, links 1, line 5): give joules_per_byte_down and"},
       {a_device + other_device + a_link, "joules_per_flop is given for some and not for others (f.toml)"}});
  EXPECT_NO_THROW(
      parse_fleet("f.toml", "[[devices]]\nname = \"l\"\nshare = 1\nflops_per_second = 1\n" + a_link));
}

}  // namespace
}  // namespace fedmeta::report
