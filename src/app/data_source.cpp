#include "app/data_source.hpp"

#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "base/input_file.hpp"
#include "data/leaf.hpp"
#include "data/leaf_kind.hpp"
#include "data/sent140.hpp"
#include "record/data_file.hpp"
#include "record/file_dataset.hpp"

namespace fedmeta::app {
namespace {

namespace fs = std::filesystem;

/// The header of a log names its users, which no line of a play does so close to a comma.
bool is_use_log(const fs::path& path) {
  if (path.extension() == ".csv") return true;
  std::ifstream in(path, std::ios::binary);
  std::string line;
  std::getline(in, line);
  if (line.ends_with('\r')) line.pop_back();
  return ("," + line + ",").find(",user,") != std::string::npos;
}

std::string find_out(const fs::path& path) {
  if (record::is_data_file(path)) return record::data_file_header(path).dataset;
  std::error_code ignored;  // what is no file is for leaf_files to refuse
  const bool other_file = fs::is_regular_file(path, ignored) && path.extension() != ".json";
  if (other_file) return is_use_log(path) ? "production" : "shakespeare";
  for (const auto& file : data::leaf_files(path))
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
}

bool DataSource::lacks_glove() const {
  return dataset() == "sent140" && plan_.dataset.glove.empty() && !record::is_data_file(plan_.path);
}

const data::WordVectors* DataSource::vectors() const {
  return lacks_glove() ? nullptr : dataset_->vectors();
}

void DataSource::read(const std::function<void(data::Client&&)>& visit) const {
  const auto files = lacks_glove() ? data::leaf_files(plan_.path) : dataset_->files(plan_.path);
  for (const auto& file : files)
    for (data::Client& client :
         lacks_glove() ? data::read_sent140_file(file, {}, false) : dataset_->read(file))
      visit(std::move(client));
}

}  // namespace fedmeta::app
