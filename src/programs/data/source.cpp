#include "programs/data/source.hpp"

#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/warning.hpp"
#include "data/leaf_kind.hpp"
#include "data/repeated_parts.hpp"
#include "data/sent140.hpp"
#include "data/text_file.hpp"
#include "record/data_file.hpp"
#include "record/file_dataset.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

/// The header of a log names its users, which no line of a play does so close to a comma.
bool is_use_log(const fs::path& path) {
  if ((path.extension() == ".gz" ? path.stem() : path).extension() == ".csv") return true;
  try {
    std::string line;
    data::TextFile(path).next_line(line);
    return ("," + line + ",").find(",user,") != std::string::npos;
  } catch (const Error&) {
    return false;  // whoever reads it says what is wrong
  }
}

std::string find_out(const fs::path& path) {
  if (record::is_data_file(path)) return record::data_file_header(path).dataset;
  std::error_code ignored;  // what is no file is for shard_files to refuse
  if (fs::is_regular_file(path, ignored) && !data::is_leaf_file(path))
    return is_use_log(path) ? "production" : "shakespeare";
  for (const auto& file : data::shard_files(path).read)
    if (auto kind = data::leaf_kind(file); !kind.empty()) return kind;
  return "femnist";  // whose reader says what is wrong
}

}  // namespace

DataSource::DataSource(DataSourcePlan plan) : plan_(std::move(plan)) {
  if (std::error_code ignored; !fs::is_directory(plan_.path, ignored))
    check_regular_file(plan_.path, Status::input, "give a folder or a file");
  if (const auto& glove = plan_.dataset.glove; !glove.empty())
    check_regular_file(glove, Status::input, "give --glove a file of word vectors");
  if (plan_.dataset.dataset.empty()) plan_.dataset.dataset = find_out(plan_.path);
  if (plan_.shared_services && dataset() == "production" && !record::is_data_file(plan_.path)) {
    plan_.dataset.unified = true;
    plan_.dataset.log = plan_.path;
  }
  dataset_ = record::open_dataset(plan_.path, plan_.dataset);
  auto files = lacks_glove() ? data::shard_files(plan_.path) : dataset_->files(plan_.path);
  passed_over_ =
      data::names_passed_over(files, plan_.path, plan_.allow_partial, dataset_->passed_over_before());
  files_ = std::move(files.read);
  if (!passed_over_.empty())
    report_warning("fedmeta_data", "files that look like data were not read",
                   data::passed_over_list(passed_over_), "what follows is about the others");
}

bool DataSource::lacks_glove() const {
  return dataset() == "sent140" && plan_.dataset.glove.empty() && !record::is_data_file(plan_.path);
}

const data::WordVectors* DataSource::vectors() const {
  return lacks_glove() ? nullptr : dataset_->vectors();
}

std::int64_t DataSource::read(const std::function<void(data::Client&&)>& visit) const {
  data::RepeatedParts parts;
  for (const auto& file : files_)
    for (data::Client& client :
         lacks_glove() ? data::read_sent140_file(file, {}, false) : dataset_->read(file)) {
      parts.add(client, file);
      client.origins.clear();
      visit(std::move(client));
    }
  return std::ssize(files_);
}

}  // namespace fedmeta::programs
