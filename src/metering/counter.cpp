#include "metering/counter.hpp"

#include <cstdint>
#include <fstream>
#include <utility>

#include "base/joined.hpp"
#include "device/gpu_energy.hpp"

namespace fedmeta::metering {
namespace {

namespace fs = std::filesystem;

/// Returns the number at the beginning of a file; nothing if it cannot be read.
std::optional<std::int64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::int64_t number = 0;
  if (!(in >> number) || number < 0) return {};
  return number;
}

/// A package of processors, by Linux's powercap interface (Documentation/power/powercap/powercap.rst): in
/// microjoules, beginning anew at zero beyond a limit. Whoever reads it must come more often than that.
class Rapl final : public Counter {
 public:
  explicit Rapl(const fs::path& zone)
      : file_(zone / "energy_uj"), last_(number_in(file_)), range_(number_in(zone / "max_energy_range_uj")) {}

  std::string source() const override { return "rapl"; }
  std::optional<double> joules() override {
    const auto now = number_in(file_);
    if (!now || !last_ || !range_) {
      last_.reset();
      return {};
    }
    microjoules_ += *now >= *last_ ? *now - *last_ : *now + *range_ - *last_;
    last_ = now;
    return static_cast<double>(microjoules_) / 1e6;
  }

 private:
  fs::path file_;
  std::optional<std::int64_t> last_, range_;
  std::int64_t microjoules_ = 0;
};

/// A node of an HPE Cray EX: joules, counted ten times a second.
class PmCounters final : public Counter {
 public:
  explicit PmCounters(fs::path file) : file_(std::move(file)) {}

  std::string source() const override { return "pm_counters"; }
  std::optional<double> joules() override {
    const auto now = failed_ ? std::nullopt : number_in(file_);
    failed_ = !now;
    if (failed_) return {};
    return static_cast<double>(*now);
  }

 private:
  fs::path file_;
  bool failed_ = false;
};

class Gpu final : public Counter {
 public:
  explicit Gpu(std::string place) : place_(std::move(place)) {}

  std::string source() const override { return "nvml"; }
  std::optional<double> joules() override {
    const auto now = failed_ ? std::nullopt : device::gpu_joules(place_);
    failed_ = !now;
    return now;
  }

 private:
  std::string place_;
  bool failed_ = false;
};

/// Returns the zones of whole packages: intel-rapl:0, with this name on AMD's processors, too. Zones within
/// them, and `psys`, which holds them, would count twice.
std::set<fs::path> packages(const fs::path& sysfs) {
  std::set<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(sysfs / "class/powercap", none)) {
    if (!entry.path().filename().string().starts_with("intel-rapl:")) continue;
    std::string name;
    std::ifstream(entry.path() / "name") >> name;
    if (name.starts_with("package")) found.insert(entry.path());
  }
  return found;
}

/// Returns no counters unless all of them can be read.
Counters all_or_none(Counters counters) {
  if (!joules(counters)) counters.clear();
  return counters;
}

}  // namespace

Counters node_counters(const fs::path& sysfs) {
  Counters counters;
  const auto cray = sysfs / "cray/pm_counters/energy";
  if (number_in(cray)) {
    counters.push_back(std::make_unique<PmCounters>(cray));
    return counters;
  }
  for (const auto& zone : packages(sysfs)) counters.push_back(std::make_unique<Rapl>(zone));
  return all_or_none(std::move(counters));
}

Counters gpu_counters(const std::set<std::string>& places) {
  Counters counters;
  for (const auto& place : places) counters.push_back(std::make_unique<Gpu>(place));
  return all_or_none(std::move(counters));
}

std::optional<double> joules(const Counters& counters) {
  std::optional<double> sum;
  bool complete = true;
  for (const auto& counter : counters) {
    const auto own = counter->joules();
    complete = complete && own;
    sum = sum.value_or(0) + own.value_or(0);
  }
  return complete ? sum : std::nullopt;
}

std::string source(const Counters& counters) {
  std::set<std::string> sources;
  for (const auto& counter : counters) sources.insert(counter->source());
  return joined({sources.begin(), sources.end()}, ", ");
}

}  // namespace fedmeta::metering
