#include "data/sets/femnist.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/leaf/leaf.hpp"
#include "data/registry.hpp"
#include "data/stand_in/generated_femnist.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int32_t digit_classes = 10;

bool is_digit(std::int32_t label) {
  return label < digit_classes;
}

void keep_digits(Client& client) {
  std::vector<std::int32_t> rows;
  for (std::size_t i = 0; i < client.labels.size(); ++i)
    if (is_digit(client.labels[i])) rows.push_back(static_cast<std::int32_t>(i));
  select(client, rows);
}

/// Inverts pixels: a byte k stands for k/255, and 255 - k for 1 - k/255.
void invert(Features& features) {
  if (auto* bytes = std::get_if<Bytes>(&features))
    for (auto& byte : *bytes) byte = static_cast<std::uint8_t>(255 - byte);
  else
    for (auto& value : std::get<Floats>(features)) value = 1 - value;
}

class Femnist final : public Dataset {
 public:
  explicit Femnist(const DatasetPlan& plan)
      : generated_(plan.generated),
        seed_(plan.seed),
        digits_(plan.option<bool>("digits")),
        inverts_(plan.option<bool>("invert")) {
    const auto& partition = plan.option<std::string>("partition");
    if (partition != "writers" && partition != "shards")
      throw Error(Status::usage, "unknown partition", "--partition " + partition, "use writers or shards");
    shards_ = partition == "shards";
  }

  SampleForm form() const override {
    SampleForm form = femnist_form();
    if (digits_) form.classes = digit_classes;
    return form;
  }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    auto clients = read_leaf_file(file, femnist_form());
    for (Client& client : clients) vary(client);
    return clients;
  }
  void vary(Client& client) const override {
    if (digits_) keep_digits(client);
    if (inverts_) invert(client.features);
  }
  std::string fault(const Client& client) const override {
    if (const auto* pixels = std::get_if<Floats>(&client.features))
      for (const auto pixel : *pixels)
        if (!(pixel >= 0 && pixel <= 1)) return "a pixel is not from 0 to 1";
    return {};
  }
  bool deals_label_shards() const override { return shards_; }

  std::int64_t generated_clients() const override { return generator().clients(); }
  std::string generated_id(std::int64_t index) const override { return generator().id(index); }
  Client generate(std::int64_t index) const override {
    Client client = generator().client(index);
    vary(client);
    return client;
  }
  ClientSize generated_size(std::int64_t index) const override {
    if (!digits_) return {generator().samples(index), Storage::bytes, 0};
    const auto labels = generator().labels(index);
    return {std::count_if(labels.begin(), labels.end(), is_digit), Storage::bytes, 0};
  }

 private:
  /// Returns the generator, whose sizes are checked only here: they do not matter if files are read.
  GeneratedFemnist generator() const { return {generated_, seed_}; }

  GeneratedSize generated_;
  std::uint64_t seed_;
  bool digits_, inverts_, shards_ = false;
};

std::unique_ptr<Dataset> make_femnist(const DatasetPlan& plan) {
  return std::make_unique<Femnist>(plan);
}

}  // namespace

SampleForm femnist_form() {
  return {"femnist", {1, 28, 28}, 784, 62};
}

DatasetDescriptor sets::femnist() {
  return {
      .name = "femnist",
      .line = "handwritten digits and letters by writer (Caldas et al. 2018)",
      .title = "FEMNIST",
      .clients = "writers",
      .make = make_femnist,
      .network = "cnn",
      .storages = {Storage::bytes, Storage::floats},
      .options = {{"digits", false, {}, "the digits alone, as 10 classes", OptionUse::convert},
                  {"invert", false, {}, "x becomes 1 - x"},
                  {"partition", "writers", Words{"writers", "shards"},
                   "clients are writers, or get two label-sorted shards"}},
      .stand_in = StandIn{{1068, 220, 90, 10}},  // Table 1 of Chen et al. 2018
      .leaf_sample = LeafSample{LeafSample::Kind::numbers, 784},
  };
}

}  // namespace fedmeta::data
