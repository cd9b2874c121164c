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
#include "data/leaf/leaf_writer.hpp"
#include "data/registry.hpp"
#include "data/sets/glove.hpp"
#include "record/data_file.hpp"
#include "record/output_file.hpp"
#include "record/output_lock.hpp"
#include "report/output/files.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

data::GeneratedSize size_of(const GenerateOptions& options) {
  data::GeneratedSize size = published_size(options.dataset.dataset);
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

/// Removes the unfinished log and throws Error(own_file). `reason` is an errno.
[[noreturn]] void fail_log(const fs::path& part, int reason) {
  std::error_code ignored;
  fs::remove(part, ignored);
  throw Error(Status::own_file, "cannot write the log: " + std::generic_category().message(reason),
              part.string(), advice_on_writing(reason, "--output"));
}

/// Writes the simulated users' log in the same format as a real one.
void write_log(const GenerateOptions& options, const data::Dataset& dataset) {
  record::check_output(options.output, options.force);
  dataset.generated_clients();  // throws for impossible sizes
  const auto part = record::part_of(options.output);
  errno = 0;
  std::ofstream log(part, std::ios::binary);
  dataset.write_log(log);
  log.close();
  if (!log) fail_log(part, errno != 0 ? errno : EIO);
  record::publish(options.output, options.force);
}

void write_words(const fs::path& file, const data::Dataset& dataset, bool force) {
  std::ostringstream text;
  data::write_glove(text, dataset.generated_words(), *dataset.vectors());
  report::write_file(record::part_of(file), text.str());
  record::publish(file, force);
}

/// Returns FOLDER.glove.txt beside a folder; `runs/` and `runs` are the same folder.
fs::path glove_beside(const fs::path& folder) {
  return (folder.has_filename() ? folder : folder.parent_path()).string() + ".glove.txt";
}

void write_folder(const GenerateOptions& options, const data::Dataset& dataset) {
  const auto text = dataset.leaf_text();
  const bool has_words = !dataset.generated_words().empty();
  const auto glove = glove_beside(options.output);
  if (has_words) record::check_output(glove, options.force);
  data::write_leaf_folder(
      options.output, dataset.generated_clients(),
      [&](std::int64_t index) { return dataset.generate(index); }, text, options.dataset.seed, options.force);
  if (has_words) write_words(glove, dataset, options.force);
}

}  // namespace

data::GeneratedSize published_size(const std::string& dataset) {
  const auto* known = data::find_dataset(dataset);
  if (!known)
    throw Error(Status::usage, "unknown data set", dataset,
                command_line::did_you_mean(dataset, data::dataset_names()));
  if (!known->stand_in)
    throw Error(Status::usage, "this data set has no stand-in", dataset,
                "generate another, or use its files");
  return known->stand_in->size;
}

void generate(const GenerateOptions& options) {
  data::DatasetPlan plan = options.dataset;
  plan.generated = size_of(options);
  const auto dataset = data::make_dataset(plan);
  const record::OutputLock lock(options.output);
  if (options.output.extension() == ".h5")
    write_file(options, *dataset);
  else if (data::dataset_named(plan.dataset).stand_in->has_log && options.output.extension() == ".csv")
    write_log(options, *dataset);
  else
    write_folder(options, *dataset);
}

}  // namespace fedmeta::programs
