#include "programs/bench/bench.hpp"

#include <H5public.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>

#include "algorithms/stages.hpp"
#include "base/standard_output.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "base/warning.hpp"
#include "comm/session.hpp"
#include "data/leaf/shard_files.hpp"
#include "engine/make_engine.hpp"
#include "hosting/sizes.hpp"
#include "programs/bench/banner.hpp"
#include "programs/bench/experiment.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/plan.hpp"
#include "programs/bench/summary.hpp"
#include "programs/bench/terminal.hpp"
#include "report/totals.hpp"

namespace fedmeta::programs {
namespace {

std::string utc_time(const char* format) {
  const std::time_t now = std::time(nullptr);
  char text[64];
  std::strftime(text, sizeof text, format, std::gmtime(&now));
  return text;
}

record::Header make_header(const settings::Settings& settings, const comm::Communicator& world, int argc,
                           char** argv) {
  record::Header header;
  header.version = version();
  header.git_commit = git_commit();
  for (int i = 0; i < argc; ++i) header.command_line.append(i ? " " : "").append(argv[i]);
  auto again = settings;  // settings for repeating the run, without where this one wrote
  again.output.clear();
  again.force = false;
  header.settings = settings::settings_toml(again);
  header.created = utc_time("%Y-%m-%dT%H:%M:%SZ");
  header.world_size = world.size();
  header.libtorch = libtorch_version();
  header.mpi = comm::library_version();
  header.hdf5 = std::to_string(H5_VERS_MAJOR) + "." + std::to_string(H5_VERS_MINOR) + "." +
                std::to_string(H5_VERS_RELEASE);
  return header;
}

/// Stores the same facts about the data as the settings table shows.
void add_reading(record::Data& data, const data::Reading& reading) {
  data.files_read = reading.files;
  data.users_read = reading.users;
  data.samples_read = reading.samples;
  data.min_samples = reading.filters.min_samples;
  data.max_samples = reading.filters.max_samples;
  data.max_clients = reading.filters.max_clients;
  data.dropped_min_samples = reading.dropped.min_samples;
  data.dropped_max_samples = reading.dropped.max_samples;
  data.dropped_max_clients = reading.dropped.max_clients;
  data.equal_samples = reading.equal_samples;
  data.files_passed_over = data::in_lines(reading.passed_over);
}

record::Data make_data(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                       std::vector<std::int32_t> orders) {
  record::Data data;
  data.dataset = settings.source.dataset;
  data.source = catalogue.source;
  data.division = settings.division;
  data.support_fraction = settings.support_fraction;
  data.data_seed = settings.data_seed;
  add_reading(data, catalogue.reading);
  if (settings.save_division) data.offset.push_back(0);
  for (const auto& client : catalogue.clients) {
    data.client_id.push_back(client.id);
    data.role.push_back(static_cast<std::uint8_t>(client.role));
    data.samples.push_back(client.samples);
    data.support.push_back(client.support);
    if (settings.save_division) data.offset.push_back(data.offset.back() + client.samples);
  }
  data.order = std::move(orders);
  return data;
}

void check_cohort(const settings::Settings& settings, const hosting::Catalogue& catalogue) {
  const auto train = static_cast<std::int64_t>(catalogue.with_role(data::Role::train).size());
  for (const auto& method : settings.methods) {
    const auto clients = algorithms::largest_cohort(method.make_run());
    if (clients > train)
      throw Error(Status::usage,
                  "more clients per round than training clients (" + std::to_string(train) + ")",
                  "--clients-per-round " + std::to_string(clients), "use at most " + std::to_string(train));
  }
  const bool validates = settings.eval_on == "validation" || settings.eval_on == "both";
  if (validates && catalogue.with_role(data::Role::validation).empty())
    throw Error(Status::usage, "there is no validation client", "--eval-on " + settings.eval_on,
                "use --eval-on test or more clients");
}

/// Does not check for errors: that happens at the beginning and the end of a run, since losing output in
/// between must not cost the run.
void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

/// Called at the root. Stores the final rates, prints the closing tables of what the file contains, and
/// closes the file. Returns the exit status.
int conclude(const settings::Settings& settings, const std::vector<double>& gemm_end,
             const federate::Validity& validity, record::ResultsWriter& writer, const std::string& output) {
  writer.set_gemm_end(gemm_end);
  const std::vector<report::Source> file{{output, writer.read()}};
  const auto comparison = own_comparison(file, settings.algorithms);
  const auto& system = file.front().results.system;
  print("\n");
  print(comparison_table(comparison));
  if (!report::is_steady(system)) {
    print(wrapped("warning: the sgemm rate changed by " + signed_fixed(100 * report::gemm_drift(system), 0) +
                      "% during the run; efficiency is withheld\n\n",
                  terminal_columns(), 2));
  }
  writer.close(validity.valid() ? "complete" : "invalid");
  print("results: " + terminal_text(output) + "\n\n" + figures_of_merit(comparison) +
        verdict(validity.summary()));
  check_standard_output();
  return static_cast<int>(validity.valid() ? Status::ok : Status::invalid);
}

void warn_of_passed_over(const data::Reading& reading) {
  if (reading.passed_over.empty()) return;
  report_warning("fedmeta_bench", "files that look like data were not read",
                 data::passed_over_list(reading.passed_over), "the results are those of the others");
}

/// Prints at the root; all ranks learn of a failure.
void print_checked(const comm::Communicator& world, const std::function<std::string()>& text) {
  comm::agree(world, [&] {
    if (!world.root()) return;
    print(text());
    check_standard_output();
  });
}

/// Collective. Makes the network, and checks what can be checked only now that the clients are known.
std::unique_ptr<model::Network> make_network(const comm::Communicator& world,
                                             const settings::Settings& settings,
                                             const hosting::Catalogue& catalogue,
                                             const hosting::NodeVectors& vectors, at::Device device) {
  std::unique_ptr<model::Network> network;
  comm::agree(world, [&] {
    check_cohort(settings, catalogue);
    network = model::make_network(settings::model_plan(settings, catalogue.form, vectors.tensor(device)));
  });
  return network;
}

int plan_run(const settings::Settings& settings, const comm::Communicator& world, at::Device device) {
  const auto sizes = hosting::load_sizes(world, settings::data_plan(settings));
  if (world.root()) warn_of_passed_over(sizes.catalogue.reading);
  const auto network = make_network(world, settings, sizes.catalogue, sizes.vectors, device);
  hosting::Shard shard(world, sizes.trial, sizes.hosted, device);
  const auto engine = engine::make_engine(*network, device, model::precision_named(settings.precision));
  const auto text = plan(settings, sizes.catalogue, {world, sizes.trial, shard, *network, *engine, device});
  print_checked(world, [&] {
    return settings_table(settings, sizes.catalogue, *network) + wrapped(text, terminal_columns(), 2);
  });
  return 0;
}

}  // namespace

void answer_bench(int argc, char** argv) {
  try {
    print(settings::settings_toml(settings::scaled(settings::parse_settings(argc, argv))));
  } catch (const settings::HelpWanted& help) {
    print(help.text);
  }
}

int run_bench(const comm::Communicator& world, int argc, char** argv) {
  settings::Settings settings;
  comm::agree(world, [&] { settings = settings::scaled(settings::parse_settings(argc, argv)); });
  auto output = settings.output;
  if (output.empty())
    output.append("runs/").append(settings.source.dataset).append(utc_time("-%Y%m%dT%H%M%SZ.h5"));
  comm::agree(world, [&] {
    if (world.root() && !settings.dry_run) record::check_output(output, settings.force);
  });

  const auto precision = model::precision_named(settings.precision);
  const auto prepared = prepare_device(world, settings.device, settings.threads, precision);
  const auto device = prepared.device;
  if (settings.dry_run) return plan_run(settings, world, device);
  const auto header = make_header(settings, world, argc, argv);
  auto loaded = hosting::load(world, settings::data_plan(settings));
  if (world.root()) warn_of_passed_over(loaded.catalogue.reading);
  const auto network = make_network(world, settings, loaded.catalogue, loaded.vectors, device);
  const auto system = describe_system(world, device);
  print_checked(world, [&] {
    return banner(header, system, prepared.note) + settings_table(settings, loaded.catalogue, *network);
  });

  std::vector<std::int32_t> orders;
  if (settings.save_division) orders = hosting::gather_orders(world, loaded);
  std::unique_ptr<record::ResultsWriter> writer;
  comm::agree(world, [&] {
    if (world.root())
      writer = std::make_unique<record::ResultsWriter>(
          output, settings.force, header, system, make_data(settings, loaded.catalogue, std::move(orders)));
  });
  hosting::Shard shard(world, loaded.catalogue, loaded.hosted, device, memory_for_clients(world, device));
  loaded.hosted = {};  // they are in the node's shared memory now
  const auto engine = engine::make_engine(*network, device, precision);
  const federate::Federation federation{world, loaded.catalogue, shard, *network, *engine, device};

  federate::Validity validity;
  run_experiment(settings, federation, writer.get(), validity);
  const auto gemm_end = measure_gemm(world, device);
  int status = 0;
  comm::agree(world, [&] {
    if (world.root()) status = conclude(settings, gemm_end, validity, *writer, output);
  });
  return world.all_max(status);
}

}  // namespace fedmeta::programs
