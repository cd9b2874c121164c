#include "data/leaf/leaf_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <numeric>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t clients_per_file = 100;
constexpr double train_fraction = 0.9;

Error not_writable(const fs::path& path, const std::string& reason) {
  return {Status::own_file, "cannot write: " + reason, path.string(), "choose another folder with --output"};
}

/// A client's part of the data, as indices of samples.
using Part = std::vector<std::size_t>;

/// Writes a LEAF file. `user_data` comes first, since counts and names are known only at the end.
class LeafFile {
 public:
  explicit LeafFile(const fs::path& path) : path_(path), out_(path) { out_ << R"({"user_data": {)"; }

  void add(const Client& client, const Part& part, const LeafText& text) {
    const std::string name = '"' + client.id + '"';
    out_ << (users_.empty() ? "" : ", ") << name << R"(: {"x": )"
         << json_list(part, [&](std::size_t i) { return text.sample(client, i); }) << R"(, "y": )"
         << json_list(part, [&](std::size_t i) { return text.label(client, i); }) << '}';
    users_.push_back(name);
    samples_.push_back(part.size());
  }

  void close() {
    out_ << R"(}, "users": )" << json_list(users_, [](const auto& name) { return name; })
         << R"(, "num_samples": )" << json_list(samples_, [](auto n) { return std::to_string(n); }) << "}\n";
    out_.close();
    if (!out_) throw not_writable(path_, "disk full or not writable");
  }

 private:
  fs::path path_;
  std::ofstream out_;
  std::vector<std::string> users_;
  std::vector<std::size_t> samples_;
};

struct SampleSplit {
  Part train, test;
};

SampleSplit split_by_sample(const Client& client, std::uint64_t seed) {
  Part order(client.labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed, "leaf split by sample", {hash(client.id)});
  shuffle(order, random);
  const auto in_train =
      std::max<std::size_t>(1, static_cast<std::size_t>(train_fraction * double(order.size())));
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(in_train, order.size()));
  std::sort(order.begin(), middle);
  std::sort(middle, order.end());
  return {{order.begin(), middle}, {middle, order.end()}};
}

/// The folder, named FOLDER.part until `finish`. It is removed if `finish` is never called.
class FolderInTheMaking {
 public:
  explicit FolderInTheMaking(const fs::path& folder)
      : folder_(folder.has_filename() ? folder : folder.parent_path()), part_(folder_.string() + ".part") {
    std::error_code error;
    fs::remove_all(part_, error);
    for (const char* side : {"train", "test"})
      if (fs::create_directories(part_ / side, error); error) throw not_writable(part_, error.message());
  }
  ~FolderInTheMaking() {
    std::error_code ignored;
    fs::remove_all(part_, ignored);
  }
  FolderInTheMaking(const FolderInTheMaking&) = delete;
  FolderInTheMaking& operator=(const FolderInTheMaking&) = delete;

  const fs::path& path() const { return part_; }

  void finish() {
    std::error_code error;
    fs::remove_all(folder_, error);
    if (fs::rename(part_, folder_, error); error) throw not_writable(folder_, error.message());
  }

 private:
  fs::path folder_, part_;
};

void check_replaceable(const fs::path& folder, bool force) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error))
    throw Error(Status::usage, "output is not a folder", folder.string(), "give another --output");
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!force)
      throw Error(Status::usage, "output exists", folder.string(), "give another --output, or --force");
    if (entry.path().filename() != "train" && entry.path().filename() != "test")
      throw Error(Status::usage, "output folder holds other files", entry.path().string(),
                  "give another --output");
  }
  if (error) throw not_writable(folder, error.message());
}

}  // namespace

void write_leaf_folder(const fs::path& folder, std::int64_t clients,
                       const std::function<Client(std::int64_t)>& make, const LeafText& text,
                       std::uint64_t seed, bool force) {
  check_replaceable(folder, force);
  FolderInTheMaking output(folder);
  for (std::int64_t first = 0; first < clients; first += clients_per_file) {
    const std::string stem = "all_data_" + std::to_string(first / clients_per_file);
    LeafFile train(output.path() / "train" / (stem + "_train_9.json"));
    LeafFile test(output.path() / "test" / (stem + "_test_9.json"));
    for (std::int64_t index = first; index < std::min(clients, first + clients_per_file); ++index) {
      const Client client = make(index);
      const SampleSplit split = split_by_sample(client, seed);
      train.add(client, split.train, text);
      if (!split.test.empty()) test.add(client, split.test, text);
    }
    train.close();
    test.close();
  }
  output.finish();
}

}  // namespace fedmeta::data
