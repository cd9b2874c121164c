#include "programs/data/generate.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/file_advice.hpp"
#include "command_line/nearest.hpp"
#include "data/generated_shakespeare.hpp"
#include "data/glove.hpp"
#include "data/leaf_writer.hpp"
#include "data/made_up_words.hpp"
#include "data/prodsim.hpp"
#include "data/sent140.hpp"
#include "data/use_log_writer.hpp"
#include "record/data_file.hpp"
#include "record/output_file.hpp"
#include "report/files.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

data::GeneratedSize size_of(const GenerateOptions& options) {
  data::GeneratedSize size = paper_size(options.dataset.dataset);
  size.clients = options.clients.value_or(size.clients);
  size.mean_samples = options.mean_samples.value_or(size.mean_samples);
  size.deviation_samples = options.deviation_samples.value_or(size.deviation_samples);
  size.min_samples = options.min_samples.value_or(size.min_samples);
  return size;
}

void write_file(const GenerateOptions& options, const data::Dataset& dataset) {
  const auto make = [&](std::int64_t index) { return dataset.generate(index); };
  const record::DataFileHeader header{options.dataset.dataset, "generated",
                                      data::storage_of(make(0).features), dataset.form().width,
                                      dataset.generated_clients()};
  record::write_data_file(options.output, header, make, dataset.vectors(), options.force);
}

/// `reason` is an errno.
[[noreturn]] void fail_log(const fs::path& part, int reason) {
  std::error_code ignored;
  fs::remove(part, ignored);
  throw Error(Status::own_file, "cannot write the log: " + std::generic_category().message(reason),
              part.string(), advice_on_writing(reason, "--output"));
}

/// The simulated users' log, as a log of one's own would be.
void write_log(const GenerateOptions& options, const data::GeneratedSize& size) {
  record::check_output(options.output, options.force);
  const data::ProdSim simulation(size, options.dataset.seed);
  const auto part = record::part_of(options.output);
  errno = 0;
  std::ofstream log(part, std::ios::binary);
  data::write_use_header(log);
  for (std::int64_t index = 0; index < simulation.clients(); ++index)
    data::write_use_rows(log, simulation.id(index), simulation.records(index));
  log.close();
  if (!log) fail_log(part, errno != 0 ? errno : EIO);
  record::publish(options.output);
}

void write_words(const fs::path& file, const data::WordVectors& vectors) {
  std::vector<std::string> words;
  words.reserve(data::made_up_word_count);
  for (std::int32_t word = 0; word < data::made_up_word_count; ++word) words.push_back(data::spelling(word));
  std::ostringstream text;
  data::write_glove(text, words, vectors);
  report::write_file(record::part_of(file), text.str());
  record::publish(file);
}

/// `runs/` and `runs` are one folder.
fs::path glove_beside(const fs::path& folder) {
  return (folder.has_filename() ? folder : folder.parent_path()).string() + ".glove.txt";
}

void write_folder(const GenerateOptions& options, const data::Dataset& dataset) {
  const auto text = dataset.leaf_text();
  const auto* vectors = dataset.vectors();
  const auto glove = glove_beside(options.output);
  if (vectors) record::check_output(glove, options.force);
  data::write_leaf_folder(
      options.output, dataset.generated_clients(),
      [&](std::int64_t index) { return dataset.generate(index); }, text, options.dataset.seed, options.force);
  if (vectors) write_words(glove, *vectors);
}

}  // namespace

data::GeneratedSize paper_size(const std::string& dataset) {
  if (dataset == "femnist") return {1068, 220, 90, 10};
  if (dataset == "shakespeare") return data::paper_shakespeare;
  if (dataset == "sent140") return data::sent140_paper_size;
  if (dataset == "synthetic") return {.clients = 1000};  // which draws its own counts of samples
  if (dataset == "production") return data::production_size;
  throw Error(
      Status::usage, "unknown data set", dataset,
      command_line::did_you_mean(dataset, {"femnist", "shakespeare", "sent140", "synthetic", "production"}));
}

void generate(const GenerateOptions& options) {
  data::DatasetPlan plan = options.dataset;
  plan.generated = size_of(options);
  const auto dataset = data::make_dataset(plan);
  if (options.output.extension() == ".h5")
    write_file(options, *dataset);
  else if (plan.dataset == "production" && options.output.extension() == ".csv")
    write_log(options, plan.generated);
  else
    write_folder(options, *dataset);
}

}  // namespace fedmeta::programs
