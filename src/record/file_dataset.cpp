#include "record/file_dataset.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "data/registry.hpp"
#include "record/data_file.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
using data::Client;

/// A data set whose clients come from a file, and everything else from the data set of the same name.
class FileDataset final : public data::Dataset {
 public:
  FileDataset(const fs::path& path, const data::DatasetPlan& plan)
      : path_(path),
        header_(data_file_header(path)),
        descriptor_(data::dataset_named(plan.dataset)),
        own_(descriptor_.make(plan)) {
    check_storage();
    if (plan.survey) return;
    vectors_ = read_word_vectors(path);
    if (!descriptor_.vectors_option.empty() && vectors_.words == 0)
      fail("the data file lacks its words' vectors", "");
  }

  data::SampleForm form() const override { return own_->form(); }
  data::DataFiles files(const fs::path&) const override { return {{path_}, {}}; }
  std::vector<Client> read(const fs::path& file) const override {
    return read_wanted(file, [](const std::string&) { return true; });
  }
  bool indexed() const override { return true; }
  std::vector<Client> read_wanted(const fs::path&, const data::WantedId& wanted) const override {
    auto clients = read_data_file(path_, wanted);
    for (Client& client : clients) {
      own_->vary(client);
      check(client);
    }
    return clients;
  }
  std::string source(const fs::path&) const override { return header_.source; }
  std::string passed_over_before() const override { return header_.passed_over; }

  bool deals_label_shards() const override { return own_->deals_label_shards(); }

  std::int64_t generated_clients() const override { return own_->generated_clients(); }
  std::string generated_id(std::int64_t index) const override { return own_->generated_id(index); }
  Client generate(std::int64_t index) const override { return own_->generate(index); }
  data::ClientSize generated_size(std::int64_t index) const override { return own_->generated_size(index); }
  data::LeafText leaf_text() const override { return own_->leaf_text(); }

  bool needs_symbols() const override { return own_->needs_symbols(); }
  std::set<std::uint8_t> symbols(const Client& client) const override { return own_->symbols(client); }
  data::SampleForm encode(std::span<Client> clients, const std::set<std::uint8_t>& symbols) const override {
    return own_->encode(clients, symbols);
  }
  const data::WordVectors* vectors() const override { return vectors_.words > 0 ? &vectors_ : nullptr; }
  std::int64_t chronological_gap() const override { return own_->chronological_gap(); }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& where,
                         const std::string& remedy =
                             "make the file again with fedmeta_data convert or "
                             "generate") const {
    throw Error(Status::input, what, path_.string() + where, remedy);
  }

  /// Checks that the data set is stored as its networks expect it.
  void check_storage() const {
    const auto& expected = descriptor_.storages;
    if (std::find(expected.begin(), expected.end(), header_.storage) == expected.end())
      fail("the data file stores " + header_.dataset + " as no version of this program does", "");
  }

  void check(const Client& client) const {
    check_labels(client);
    if (const auto fault = own_->fault(client); !fault.empty()) fail(fault, ", user " + client.id);
  }

  /// Checks labels; those of a text are bytes until they are encoded.
  void check_labels(const Client& client) const {
    const bool text = header_.storage == data::Storage::windows;
    const std::int32_t classes = text ? 256 : own_->form().classes;
    const auto more = own_->more_classes();
    for (const auto label : client.labels)
      if (label >= classes)
        fail("label " + std::to_string(label) + " is not from 0 to " + std::to_string(classes - 1),
             ", user " + client.id,
             label < more.classes ? more.remedy : "give the options that the file was made with");
  }

  fs::path path_;
  DataFileHeader header_;
  const data::DatasetDescriptor& descriptor_;
  std::unique_ptr<data::Dataset> own_;
  data::WordVectors vectors_;
};

void check_vectors_option(const std::string& option, const data::DatasetPlan& plan) {
  if (option.empty()) return;
  if (const auto& file = plan.option<std::string>(option); !file.empty())
    throw Error(Status::usage, "the data file brings its words' vectors", "--" + option + " " + file,
                "leave --" + option + " out, or give --data the LEAF JSON");
}

std::unique_ptr<data::Dataset> open_data_file(const fs::path& path, const data::DatasetPlan& plan) {
  const DataFileHeader header = data_file_header(path);
  if (header.dataset != plan.dataset)
    throw Error(Status::usage, "the data file " + path.string() + " holds " + header.dataset,
                "--dataset " + plan.dataset, "give --dataset " + header.dataset);
  for (const auto& dataset : data::datasets()) check_vectors_option(dataset.vectors_option, plan);
  if (plan.unified)
    throw Error(Status::usage, "a data file numbers services per user", "--data " + path.string(),
                "give the CSV log itself to a unified model");
  auto dataset = std::make_unique<FileDataset>(path, plan);
  if (header.width != dataset->form().width)
    throw Error(Status::input, "the data file's samples have " + std::to_string(header.width) + " numbers",
                path.string(), "make the file again with fedmeta_data convert or generate");
  return dataset;
}

}  // namespace

std::unique_ptr<data::Dataset> open_dataset(const fs::path& path, const data::DatasetPlan& plan) {
  return is_data_file(path) ? open_data_file(path, plan) : data::make_dataset(plan);
}

}  // namespace fedmeta::record
