// The production task's data (Chen et al. 2018, section 4.3): a CSV log, or prodsim.

#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "data/registry.hpp"
#include "data/sets/production_features.hpp"
#include "data/sets/production_log.hpp"
#include "data/sets/use_log_writer.hpp"
#include "data/stand_in/prodsim.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

/// Counts users and services. If all clients share one numbering of these, its size must be known before any
/// is made.
std::optional<UnifiedColumns> unified_columns(const DatasetPlan& plan) {
  if (!plan.unified) return {};
  if (plan.path.empty()) return UnifiedColumns{plan.generated.clients, production_services};
  if (!plan.survey) return count_use_log(plan.path);
  UnifiedColumns counted;
  std::istringstream(*plan.survey) >> counted.users >> counted.services;
  return counted;
}

class Production final : public Dataset {
 public:
  explicit Production(const DatasetPlan& plan) : plan_(plan), unified_(unified_columns(plan)) {}

  SampleForm form() const override { return unified_ ? production_form(*unified_) : production_form(); }

  /// Returns the only file: local labels and last services need all records of a user at once.
  DataFiles files(const fs::path& path) const override {
    if (!fs::is_regular_file(path))
      throw Error(Status::input, "no such file", path.string(), "give --data the CSV log itself");
    return {{path}, {}};
  }

  std::vector<Client> read(const fs::path& file) const override {
    const UseLog log = read_use_log(file);
    if (unified_ &&
        (unified_->users != std::ssize(log.users) || unified_->services != std::ssize(log.services)))
      throw Error(Status::usage, "users and services were counted in another log", file.string(),
                  "count them in the log that is read");
    std::vector<Client> clients;
    for (const auto& [user, records] : log.users)
      clients.push_back(encoded(user, records, std::ssize(clients)));
    return clients;
  }
  std::string source(const fs::path&) const override { return "csv"; }

  std::int64_t generated_clients() const override { return simulation().clients(); }
  std::string generated_id(std::int64_t index) const override { return simulation().id(index); }
  Client generate(std::int64_t index) const override {
    return encoded(simulation().id(index), simulation().records(index), index);
  }
  ClientSize generated_size(std::int64_t index) const override {
    return {simulation().samples(index), Storage::indices, 0};
  }

  /// Returns the counts, since counting reads a long log from beginning to end.
  std::string survey() const override {
    return unified_ ? std::to_string(unified_->users) + ' ' + std::to_string(unified_->services) : "";
  }

  std::string fault(const Client& client) const override {
    if (const auto* columns = std::get_if<Indices>(&client.features))
      for (const auto column : *columns)
        if (column < -1 || column >= form().shape.front())
          return "there is no column " + std::to_string(column);
    return {};
  }

  LeafText leaf_text() const override {
    throw Error(Status::usage, "LEAF has no form for production data", "production",
                "write a data file, *.h5, or a log, *.csv");
  }
  void write_log(std::ostream& out) const override {
    write_use_header(out);
    for (std::int64_t i = 0; i < simulation().clients(); ++i)
      write_use_rows(out, simulation().id(i), simulation().records(i));
  }

 private:
  Client encoded(const std::string& id, std::span<const UseRecord> records, std::int64_t user) const {
    return unified_ ? encode_uses(id, records, *unified_, user) : encode_uses(id, records);
  }

  /// Returns the generator, made on first use: it checks the sizes, which do not matter if files are read.
  const ProdSim& simulation() const {
    if (!simulation_) simulation_.emplace(plan_.generated, plan_.seed);
    return *simulation_;
  }

  DatasetPlan plan_;
  std::optional<UnifiedColumns> unified_;
  mutable std::optional<ProdSim> simulation_;
};

std::unique_ptr<Dataset> make_production(const DatasetPlan& plan) {
  return std::make_unique<Production>(plan);
}

}  // namespace

DatasetDescriptor sets::production() {
  return {
      .name = "production",
      .line = "the next service that a user of a phone takes (Chen et al. 2018, section 4.3)",
      .title = "Production",
      .clients = "users",
      .make = make_production,
      .network = "nn",
      .storages = {Storage::indices},
      .stand_in = StandIn{.size = production_size, .has_log = true},
      .recognises = is_use_log,
      .top4 = true,
  };
}

}  // namespace fedmeta::data
