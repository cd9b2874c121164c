#include "programs/bench/bench.hpp"

#include <H5public.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>

#include "algorithms/stages.hpp"
#include "base/log_level.hpp"
#include "base/standard_output.hpp"
#include "base/stop_signal.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "base/warning.hpp"
#include "comm/session.hpp"
#include "comm/stalls.hpp"
#include "cost/stopwatch.hpp"
#include "data/leaf/shard_files.hpp"
#include "device/cuda.hpp"
#include "engine/make_engine.hpp"
#include "hosting/fingerprint.hpp"
#include "hosting/sizes.hpp"
#include "metering/node_meter.hpp"
#include "programs/bench/banner.hpp"
#include "programs/bench/checkpoints.hpp"
#include "programs/bench/experiment.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/plan.hpp"
#include "programs/bench/resumed.hpp"
#include "programs/bench/start_model.hpp"
#include "programs/bench/summary.hpp"
#include "programs/bench/terminal.hpp"
#include "programs/bench/trace_file.hpp"
#include "record/output_lock.hpp"
#include "report/pooling/totals.hpp"
#include "settings/periods.hpp"
#include "trace/span.hpp"

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
  again.resume = false;
  again.trace.clear();
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
  data.classes_of_all = reading.classes_of_all;
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
    data.classes.push_back(client.classes);
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

/// Collective. Throws AgreedError(interrupted) if a stop signal has reached any rank.
void end_where_told(const comm::Communicator& world, const std::string& phase) {
  world.wait_for_all();
  if (const int signal = world.told_to_stop())
    throw comm::AgreedError(Error(Status::interrupted,
                                  "stopped by " + signal_name(signal) + " while " + phase,
                                  "before the first round", "run the same command again"));
}

/// Called at the root. Stores the final rates and clocks, prints the closing tables of what the file
/// contains, and closes the file. Returns the exit status.
int conclude(const settings::Settings& settings, std::vector<double> gemm_end,
             const std::vector<double>& gemm_start, const record::Clocks& clocks,
             const federate::Validity& validity, record::ResultsWriter& writer, const std::string& output) {
  // Ranks that only an earlier part of the run had have no final rate.
  gemm_end.insert(gemm_end.end(), gemm_start.begin() + std::ssize(gemm_end), gemm_start.end());
  writer.set_gemm_end(gemm_end);
  writer.set_clocks(clocks);
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
  record::remove_checkpoints(output);
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

/// Collective: not every network has every kind.
std::unique_ptr<learn::Engine> make_engine(const comm::Communicator& world,
                                           const settings::Settings& settings, const model::Network& network,
                                           at::Device device) {
  std::unique_ptr<learn::Engine> engine;
  comm::agree(world, [&] {
    engine = engine::make_engine(network, device,
                                 {model::precision_named(settings.precision),
                                  engine::engine_kind_named(settings.engine), settings.cuda_graphs == "on"});
  });
  return engine;
}

int plan_run(const settings::Settings& settings, const comm::Communicator& world, at::Device device) {
  const StartModel start(world, settings);
  const auto sizes = hosting::load_sizes(world, settings::data_plan(settings));
  if (world.root()) warn_of_passed_over(sizes.catalogue.reading);
  const auto network = make_network(world, settings, sizes.catalogue, sizes.vectors, device);
  start.check(*network);
  hosting::Shard shard(world, sizes.trial, sizes.hosted, device);
  const auto engine = make_engine(world, settings, *network, device);
  const auto text =
      plan(settings, sizes.catalogue,
           {world, sizes.trial, shard, *network, *engine, device, memory_for_groups(world, device)});
  print_checked(world, [&] {
    return settings_table(settings, sizes.catalogue, *network, start.describe()) +
           wrapped(text, terminal_columns(), 2);
  });
  return 0;
}

/// Returns a name that no other run of the same second has.
std::string default_output(const std::string& dataset) {
  const auto name = "runs/" + dataset + utc_time("-%Y%m%dT%H%M%SZ");
  const auto taken = [](const std::string& file) {
    return std::filesystem::exists(file) || std::filesystem::exists(file + ".lock");
  };
  auto file = name + ".h5";
  for (int number = 2; taken(file); ++number) file = name + "-" + std::to_string(number) + ".h5";
  return file;
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
  const cost::Stopwatch whole;
  cost::Stopwatch part_clock;
  settings::Settings settings;
  comm::agree(world, [&] { settings = settings::scaled(settings::parse_settings(argc, argv)); });
  set_log_level(settings.log_level);
  comm::warn_of_stalls(std::chrono::seconds(settings::stall_limit(settings)));
  auto output = settings.output;
  if (settings.dry_run) {
    const auto precision = model::precision_named(settings.precision);
    return plan_run(settings, world,
                    prepare_device(world, settings.device, settings.threads, precision).device);
  }
  record::OutputLock lock;  // at the root
  comm::agree(world, [&] {
    if (!world.root()) return;
    if (output.empty()) output = default_output(settings.source.dataset);
    lock = record::OutputLock(output);
  });
  auto resumed = open_resumed(world, settings, output);
  if (resumed.start == Start::complete) return static_cast<int>(resumed.complete_status);
  const StartModel start(world, settings);
  const bool replaces = settings.force || resumed.replaces;
  comm::agree(world, [&] {
    if (world.root()) record::check_output(output, replaces);
  });

  TraceFile trace(world, settings.trace, settings.force, resumed.start == Start::resumed);
  const auto precision = model::precision_named(settings.precision);
  const auto prepared = prepare_device(world, settings.device, settings.threads, precision);
  const auto device = prepared.device;
  auto header = make_header(settings, world, argc, argv);
  std::optional<trace::Span> part;
  const auto begin_part = [&](const char* name) { part.emplace(name, trace::About{}, LogLevel::info); };
  record::Clocks clocks;
  clocks.preparing = part_clock.lap();
  begin_part("loading the data");
  auto loaded = hosting::load(world, settings::data_plan(settings));
  end_where_told(world, "loading the data");
  if (world.root()) warn_of_passed_over(loaded.catalogue.reading);
  const auto fingerprint = hosting::data_fingerprint(world, loaded);
  const bool goes_on = resumed.start == Start::resumed;
  if (goes_on) load_state(world, loaded.catalogue, fingerprint, resumed);
  clocks.loading = part_clock.lap();
  begin_part("preparing network and engine");
  const auto network = make_network(world, settings, loaded.catalogue, loaded.vectors, device);
  start.check(*network);
  const auto engine = make_engine(world, settings, *network, device);
  clocks.preparing += part_clock.lap();
  begin_part("measuring the machine");
  auto system = describe_system(world, device);
  end_where_told(world, "measuring the machine");
  clocks.measuring = part_clock.lap();
  begin_part("preparing the clients");
  if (goes_on && world.root()) {
    header = resumed_header(header, resumed, system);
    add_earlier_ranks(system, resumed.results.system);
  }
  print_checked(world, [&] {
    return banner(header, system, prepared) +
           settings_table(settings, loaded.catalogue, *network, start.describe());
  });

  std::vector<std::int32_t> orders;
  if (settings.save_division) orders = hosting::gather_orders(world, loaded);
  std::unique_ptr<record::ResultsWriter> writer;
  comm::agree(world, [&] {
    if (!world.root()) return;
    writer = std::make_unique<record::ResultsWriter>(
        output, replaces, header, system, make_data(settings, loaded.catalogue, std::move(orders)));
    if (!goes_on) record::remove_checkpoints(output);
  });
  hosting::Shard shard(world, loaded.catalogue, loaded.hosted, device, memory_for_clients(world, device));
  loaded.hosted = {};  // they are in the node's shared memory now
  metering::NodeMeter meter(world, device::gpu_place(device));
  const federate::Federation federation{.world = world,
                                        .catalogue = loaded.catalogue,
                                        .shard = shard,
                                        .network = *network,
                                        .engine = *engine,
                                        .device = device,
                                        .group_bytes = memory_for_groups(world, device),
                                        .meter = &meter};
  clocks.preparing += part_clock.lap();
  if (writer) writer->set_clocks(clocks);

  part.reset();
  Checkpoints checkpoints(world, writer.get(), output, settings::checkpoint_period(settings), fingerprint,
                          replaces);
  federate::Validity validity;
  try {
    run_experiment(settings, federation, start, writer.get(), checkpoints, resumed, trace, validity);
  } catch (const comm::AgreedError&) {
    trace.collect();
    throw;
  }
  begin_part("measuring the machine again");
  part_clock.lap();
  const auto gemm_end = measure_gemm(world, device);
  clocks.closing = part_clock.lap();
  clocks.total = whole.seconds();
  begin_part("publishing the results");
  int status = 0;
  comm::agree(world, [&] {
    if (world.root())
      status = conclude(settings, gemm_end, system.gemm_flops_per_second, clocks, validity, *writer, output);
  });
  part.reset();
  trace.collect();
  return world.all_max(status);
}

}  // namespace fedmeta::programs
