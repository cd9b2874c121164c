#include "programs/data/source.hpp"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/warning.hpp"
#include "data/leaf/repeated_parts.hpp"
#include "data/registry.hpp"
#include "record/data_file.hpp"
#include "record/file_dataset.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

/// Returns the first data set that `fits`, or null.
template <class F>
const data::DatasetDescriptor* first_that(F fits) {
  const auto& all = data::datasets();
  const auto found = std::find_if(all.begin(), all.end(), fits);
  return found == all.end() ? nullptr : &*found;
}

const data::DatasetDescriptor* dataset_of_text(const fs::path& file) {
  const auto* found = first_that([&](const auto& each) { return each.recognises && each.recognises(file); });
  return found ? found : first_that([](const auto& each) { return each.takes_any_text; });
}

const data::DatasetDescriptor* dataset_of_leaf(const fs::path& path) {
  for (const auto& file : data::shard_files(path).read)
    if (const auto sample = data::first_leaf_sample(file))
      if (const auto* found = first_that([&](const auto& each) { return each.leaf_sample == sample; }))
        return found;
  return nullptr;
}

std::string find_out(const fs::path& path) {
  if (record::is_data_file(path)) return record::data_file_header(path).dataset;
  std::error_code ignored;  // shard_files reports a path that is no file
  const bool is_text = fs::is_regular_file(path, ignored) && !data::is_leaf_file(path);
  const auto* found = is_text ? dataset_of_text(path) : dataset_of_leaf(path);
  return (found ? *found : data::datasets().front()).name;  // if none is found, the reader says what is wrong
}

void check_vectors_file(const std::string& option, const data::DatasetPlan& plan) {
  if (option.empty()) return;
  if (const auto& file = plan.option<std::string>(option); !file.empty())
    check_regular_file(file, Status::input, "give --" + option + " a file of word vectors");
}

}  // namespace

DataSource::DataSource(DataSourcePlan plan) : plan_(std::move(plan)) {
  if (std::error_code ignored; !fs::is_directory(plan_.path, ignored))
    check_regular_file(plan_.path, Status::input, "give a folder or a file");
  for (const auto& dataset : data::datasets()) check_vectors_file(dataset.vectors_option, plan_.dataset);
  if (record::is_data_file(plan_.path)) record::check_data_file(plan_.path, record::MayFork::yes);
  if (plan_.dataset.dataset.empty()) plan_.dataset.dataset = find_out(plan_.path);
  plan_.dataset.path = plan_.path;
  plan_.dataset.unified = plan_.shared_services && !record::is_data_file(plan_.path);
  plan_.dataset.without_vectors = true;
  dataset_ = record::open_dataset(plan_.path, plan_.dataset);
  auto files = dataset_->files(plan_.path);
  passed_over_ =
      data::names_passed_over(files, plan_.path, plan_.allow_partial, dataset_->passed_over_before());
  files_ = std::move(files.read);
  if (!passed_over_.empty())
    report_warning("fedmeta_data", "files that look like data were not read",
                   data::passed_over_list(passed_over_), "what follows is about the others");
}

std::int64_t DataSource::read(const std::function<void(data::Client&&)>& visit) const {
  data::RepeatedParts parts;
  for (const auto& file : files_)
    for (data::Client& client : dataset_->read(file)) {
      parts.add(client, file);
      client.origins.clear();
      visit(std::move(client));
    }
  return std::ssize(files_);
}

}  // namespace fedmeta::programs
