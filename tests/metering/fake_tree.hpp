// A tree such as /sys, with counters of energy.
#pragma once

#include <filesystem>
#include <string>

#include "data/temporary_folder.hpp"

namespace fedmeta::test {

class FakeTree {
 public:
  std::filesystem::path path() const { return folder_.path(); }

  /// `zone`: "0", or "0:1" for a part of it.
  void rapl(const std::string& zone, const std::string& name, const std::string& microjoules,
            const std::string& range = "1000000000") const {
    const auto at = "class/powercap/intel-rapl:" + zone;
    folder_.write(at + "/name", name + "\n");
    folder_.write(at + "/max_energy_range_uj", range + "\n");
    folder_.write(at + "/energy_uj", microjoules + "\n");
  }
  void count(const std::string& zone, const std::string& microjoules) const {
    folder_.write("class/powercap/intel-rapl:" + zone + "/energy_uj", microjoules + "\n");
  }
  void cray(const std::string& text) const { folder_.write("cray/pm_counters/energy", text); }
  void remove(const std::string& name) const { std::filesystem::remove(folder_.path() / name); }

 private:
  TemporaryFolder folder_;
};

}  // namespace fedmeta::test
