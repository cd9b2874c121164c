// fedmeta_microbench: Google Benchmark under MPI.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/version.hpp"
#include "comm/session.hpp"
#include "command_line/command_line.hpp"
#include "command_line/numbers.hpp"
#include "problems.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/mpi_program.hpp"

namespace fedmeta::bench {
namespace {

struct Options {
  std::string device = "cpu";
  int threads = 1;
  std::int64_t client_samples = 100;
  std::vector<std::string> of_google_benchmark;
};

/// Throws the same exceptions as command_line::parse_arguments.
Options parse(CLI::App& app, int argc, char** argv) {
  Options options;
  app.description("What a round is made of, one part at a time, beside what the machine can do.");
  app.set_version_flag("--version", std::string("fedmeta_microbench ") + version());
  app.add_option("--device", options.device, "cpu, or cuda = the rank's own GPU")
      ->capture_default_str()
      ->check(CLI::IsMember({"cpu", "cuda"}));
  command_line::number_option(app, "threads", options.threads, "Of a rank", {1, 4096, "a number of threads"})
      ->capture_default_str();
  command_line::number_option(app, "client-samples", options.client_samples,
                              "Of the client whose task is measured", {20, 100'000, "a number of samples"})
      ->capture_default_str();
  app.allow_extras();
  command_line::parse_arguments(app, argc, argv);
  options.of_google_benchmark = app.remaining();
  return options;
}

Error usage(const std::string& what, const std::string& where) {
  return {Status::usage, what, where, "--help lists the options"};
}

void answer(int argc, char** argv) {
  CLI::App app("", "fedmeta_microbench");
  try {
    parse(app, argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help() << "\nOptions of Google Benchmark:\n";
    benchmark::PrintDefaultHelp();
    return;
  } catch (const CLI::CallForVersion& text) {
    std::cout << text.what() << '\n';
    return;
  }
  throw usage("unknown option", "--print-config");
}

/// Passes its options to Google Benchmark, which writes nothing on ranks other than the root.
void initialize_google_benchmark(char** argv, std::vector<std::string> options,
                                 const comm::Communicator& world) {
  for (const auto& option : options)
    if (world.size() > 1 && option.starts_with("--benchmark_enable_random_interleaving"))
      throw comm::AgreedError(
          Error(Status::usage, "each rank would draw an order of its own", option, "use one rank"));
  if (!world.root()) options.emplace_back("--benchmark_out=");
  std::vector<char*> arguments{argv[0]};  // Google Benchmark keeps it as the program's name
  for (auto& option : options) arguments.push_back(option.data());
  int left = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&left, arguments.data());
  if (left > 1) throw comm::AgreedError(usage("unknown option", arguments[1]));
}

void describe(const Machine& machine, const Options& options) {
  const auto note = [](const char* key, const auto& value) {
    std::ostringstream text;
    text << value;
    benchmark::AddCustomContext(key, text.str());
  };
  note("version", version() + std::string(" (") + git_commit() + ")");
  note("libtorch", programs::libtorch_version());
  note("mpi", comm::library_version());
  note("device", machine.device.str());
  note("ranks", machine.world.size());
  note("threads_per_rank", at::get_num_threads());
  note("client_samples", options.client_samples);
  note("sgemm_flops_per_second", machine.ceilings.flops_per_second);
  note("memory_bytes_per_second", machine.ceilings.bytes_per_second);
}

class Silent final : public benchmark::BenchmarkReporter {
 public:
  Silent() {
    SetOutputStream(&nowhere_);
    SetErrorStream(&nowhere_);
  }
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}

 private:
  std::ostream nowhere_{nullptr};
};

int run(const comm::Communicator& world, int argc, char** argv) {
  CLI::App app("", "fedmeta_microbench");
  Options options;
  try {
    options = parse(app, argc, argv);
  } catch (const Error& error) {
    throw comm::AgreedError(error);
  }
  initialize_google_benchmark(argv, options.of_google_benchmark, world);
  const auto device =
      programs::prepare_device(world, options.device, options.threads, model::Precision::fp32).device;
  const Machine machine{world, device, measure_ceilings(world, device)};
  describe(machine, options);

  Problems problems(options.client_samples, device);
  add_products(machine, problems);
  add_client_tasks(machine, problems);
  add_server_steps(machine, problems);
  add_communication(machine);
  add_input_output(machine);
  add_ceilings(machine);
  Silent silent;
  if (benchmark::RunSpecifiedBenchmarks(world.root() ? nullptr : &silent) == 0)
    throw comm::AgreedError(Error(Status::usage, "no benchmark has such a name",
                                  "--benchmark_filter=" + benchmark::GetBenchmarkFilter(),
                                  "--benchmark_list_tests names them"));
  return 0;
}

}  // namespace
}  // namespace fedmeta::bench

int main(int argc, char** argv) {
  return fedmeta::programs::run_mpi_program(
      {"fedmeta_microbench", fedmeta::bench::answer, fedmeta::bench::run}, argc, argv);
}
