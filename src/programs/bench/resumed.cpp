#include "programs/bench/resumed.hpp"

#include <ATen/ATen.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <span>
#include <sstream>
#include <system_error>

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "base/version.hpp"
#include "base/warning.hpp"
#include "federate/client_states.hpp"
#include "programs/bench/checkpoints.hpp"
#include "record/results_reader.hpp"
#include "settings/resuming.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// Without hard links, a program that ends between two renames leaves the one before alone.
bool has_checkpoint(const fs::path& output) {
  const auto path = record::checkpoint_of(output), previous = record::previous_checkpoint_of(output);
  std::error_code ignored;
  if (!is_there(path) && is_there(previous)) fs::rename(previous, path, ignored);
  return is_there(path);
}

void say(const std::string& line) {
  std::fputs((terminal_text(line) + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void read_head(Resumed& resumed, const fs::path& output) {
  resumed.checkpoint = std::make_unique<record::CheckpointReader>(output);
  const auto& stored_values = *resumed.checkpoint;
  const auto bytes = stored_values.bytes(stored::results);
  resumed.file = record::h5::open_bytes(bytes, record::checkpoint_of(output).string());
  resumed.results = record::read_results(resumed.file);
  resumed.training = stored_values.number(stored::training);
  resumed.replaces = stored_values.number(stored::replaces) != 0;
  resumed.reasons_before = lines_of(stored_values.text(stored::reasons_before));
  resumed.reasons = lines_of(stored_values.text(stored::reasons));
  const auto rounds = stored_values.bytes(stored::stage_rounds);
  resumed.stage_rounds.resize(rounds.size() / sizeof(std::int64_t));
  if (!rounds.empty()) std::memcpy(resumed.stage_rounds.data(), rounds.data(), rounds.size());
}

void warn_of_another_version(const record::Header& header) {
  if (header.version == version() && header.git_commit == git_commit()) return;
  report_warning("fedmeta_bench",
                 "the run was begun by version " + header.version + " (" + header.git_commit + ")",
                 "--resume", "the results may differ in the last bits from those of one version alone");
}

/// At the root.
void find_start(const settings::Settings& settings, const fs::path& output, Resumed& resumed) {
  const bool interrupted = has_checkpoint(output);
  if (!settings.resume) {
    if (!interrupted || settings.force) return;
    throw Error(Status::usage, "there is a checkpoint of a run with this results file",
                record::checkpoint_of(output).string(),
                "add --resume to go on from it, --force to begin anew, or choose another --output");
  }
  if (interrupted) read_head(resumed, output);
  if (is_there(output)) {
    const auto header = record::read_results(output).header;
    // A forced run may be about to replace it.
    if (!interrupted || header.created == resumed.results.header.created) {
      record::remove_checkpoints(output);
      resumed.start = Start::complete;
      resumed.complete_status = header.status == "invalid" ? Status::invalid : Status::ok;
      say("results: " + output.string() + " is complete (" + header.status + "); nothing is left to do");
      return;
    }
  }
  if (!interrupted) {
    say("no checkpoint yet (" + record::checkpoint_of(output).string() +
        "): the run starts from the beginning");
    return;
  }
  settings::check_same_settings(resumed.results.header.settings, settings);
  warn_of_another_version(resumed.results.header);
  resumed.start = Start::resumed;
}

[[noreturn]] void refuse_data(const std::string& what) {
  throw Error(Status::input, "the data are not those that the run was begun with: " + what, "--resume",
              "give the same data, or another --output");
}

void check_data(const record::Data& before, const hosting::Catalogue& now, bool same_samples) {
  if (before.client_id.size() != now.clients.size())
    refuse_data(std::to_string(now.clients.size()) + " clients, not " +
                std::to_string(before.client_id.size()));
  for (std::size_t i = 0; i < now.clients.size(); ++i) {
    const auto& client = now.clients[i];
    if (client.id != before.client_id[i])
      refuse_data("client " + client.id + " in place of " + before.client_id[i]);
    if (client.samples != before.samples[i])
      refuse_data("client " + client.id + " has " + std::to_string(client.samples) + " samples, not " +
                  std::to_string(before.samples[i]));
  }
  if (!same_samples) refuse_data("the samples of some client differ");
}

at::Tensor tensor(const record::CheckpointReader& checkpoint, const std::string& name) {
  const auto& value = checkpoint.values().at(name);
  const auto bytes = checkpoint.bytes(name);
  auto read = at::empty(value.shape, at::kFloat);
  if (read.nbytes() != bytes.size())
    throw Error(Status::own_file, "the checkpoint does not hold what it should", name, "start the run anew");
  std::memcpy(read.mutable_data_ptr(), bytes.data(), bytes.size());
  return read;
}

/// The names of the state's values, without the prefix; those of clients apart, by client.
struct Names {
  std::vector<std::string> common;
  std::map<std::int32_t, std::vector<std::string>> of_client;
};

Names names_of(const record::CheckpointReader& checkpoint) {
  Names names;
  const std::string prefix = stored::state, client = "client/";
  for (const auto& [name, value] : checkpoint.values()) {
    if (!name.starts_with(prefix)) continue;
    const auto own = name.substr(prefix.size());
    if (own.starts_with(client))
      names.of_client[std::stoi(own.substr(client.size()))].push_back(own);
    else
      names.common.push_back(own);
  }
  return names;
}

/// The state without the clients'.
federate::ServerState common_state(const record::CheckpointReader& checkpoint, const Names& names) {
  federate::NamedState named;
  for (const auto& name : names.common) {
    const auto full = stored::state + name;
    switch (checkpoint.values().at(full).type) {
      case record::ValueType::i64:
        named.numbers[name] = checkpoint.number(full);
        break;
      case record::ValueType::f64:
        named.reals[name] = checkpoint.real(full);
        break;
      default:
        named.tensors[name] = tensor(checkpoint, full);
    }
  }
  return federate::server_state(named);
}

/// What all ranks need of the state.
struct Head {
  std::int32_t next_round = 0, evaluated = 0;  ///< 0 where there is no state
};

void send_clients(const comm::Communicator& world, const hosting::Catalogue& catalogue, const Names& names,
                  const Resumed& resumed, federate::ServerState& state) {
  std::vector<std::int32_t> mine;
  for (const auto& [client, values] : names.of_client) mine.push_back(client);
  const auto clients = world.all_gather_lists(std::span<const std::int32_t>(mine)).front();
  for (const auto client : clients) {
    learn::OptimizerState kept;
    comm::agree(world, [&] {
      if (!world.root()) return;
      for (const auto& name : names.of_client.at(client))
        kept[name.substr(name.rfind('/') + 1)] = tensor(*resumed.checkpoint, stored::state + name);
    });
    const int home = catalogue[client].home;
    auto sent = federate::send_client(world, kept, home);
    if (world.rank() == home) state.clients[client] = std::move(sent);
  }
}

}  // namespace

const record::Run* Resumed::run(const std::string& algorithm, std::int64_t seed) const {
  for (const auto& known : results.runs)
    if (known.header.algorithm == algorithm && known.header.seed == seed) return &known;
  return nullptr;
}

Resumed open_resumed(const comm::Communicator& world, const settings::Settings& settings,
                     const fs::path& output) {
  Resumed resumed;
  comm::agree(world, [&] {
    if (world.root()) find_start(settings, output, resumed);
  });
  resumed.start = world.all_gather(resumed.start).front();
  resumed.complete_status = world.all_gather(resumed.complete_status).front();
  resumed.training = world.all_gather(resumed.training).front();
  return resumed;
}

void load_state(const comm::Communicator& world, const hosting::Catalogue& catalogue,
                std::uint64_t fingerprint, Resumed& resumed) {
  Names names;
  federate::ServerState state;
  Head head;
  comm::agree(world, [&] {
    if (!world.root()) return;
    const auto& checkpoint = *resumed.checkpoint;
    const auto before = static_cast<std::uint64_t>(checkpoint.number(stored::fingerprint));
    check_data(resumed.results.data, catalogue, before == fingerprint);
    names = names_of(checkpoint);
    if (names.common.empty()) return;
    state = common_state(checkpoint, names);
    head = {state.next_round, state.evaluated};
  });
  head = world.all_gather(head).front();
  if (head.next_round == 0) return;
  state.next_round = head.next_round;
  state.evaluated = head.evaluated;
  send_clients(world, catalogue, names, resumed, state);
  resumed.state = std::move(state);
}

record::Header resumed_header(const record::Header& now, const Resumed& resumed,
                              const record::System& system) {
  auto header = resumed.results.header;
  header.status = now.status;
  header.settings = now.settings;
  header.world_size = now.world_size;
  const auto rounds = resumed.state ? resumed.state->next_round - 1 : 0;
  if (!header.resumed.empty()) header.resumed += '\n';
  header.resumed.append("round ")
      .append(std::to_string(rounds))
      .append(" of training ")
      .append(std::to_string(resumed.training + 1))
      .append(", ")
      .append(now.created)
      .append(", ")
      .append(std::to_string(now.world_size))
      .append(now.world_size == 1 ? " rank, " : " ranks, ")
      .append(system.host.front());
  return header;
}

void add_earlier_ranks(record::System& system, const record::System& earlier) {
  const auto add = [](auto& now, const auto& before) {
    if (now.size() < before.size()) now.insert(now.end(), before.begin() + std::ssize(now), before.end());
  };
  add(system.rank, earlier.rank);
  add(system.host, earlier.host);
  add(system.pid, earlier.pid);
  add(system.device, earlier.device);
  add(system.threads, earlier.threads);
  add(system.gemm_flops_per_second, earlier.gemm_flops_per_second);
  add(system.cpu, earlier.cpu);
  add(system.gpu, earlier.gpu);
  system.cpu.resize(system.rank.size());  // earlier versions did not tell
  system.gpu.resize(system.rank.size());
}

}  // namespace fedmeta::programs
