#include "data/femnist.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/generated_femnist.hpp"
#include "data/leaf.hpp"

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
  explicit Femnist(const DatasetPlan& plan) : plan_(plan) {
    if (plan.partition != "writers" && plan.partition != "shards")
      throw Error(Status::usage, "unknown partition", "--partition " + plan.partition,
                  "use writers or shards");
  }

  SampleForm form() const override {
    SampleForm form = femnist_form();
    if (plan_.digits) form.classes = digit_classes;
    return form;
  }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    auto clients = read_leaf_file(file, femnist_form());
    for (Client& client : clients) vary(client);
    return clients;
  }
  void vary(Client& client) const override {
    if (plan_.digits) keep_digits(client);
    if (plan_.invert) invert(client.features);
  }
  std::int64_t generated_clients() const override { return generator().clients(); }
  std::string generated_id(std::int64_t index) const override { return generator().id(index); }
  Client generate(std::int64_t index) const override {
    Client client = generator().client(index);
    vary(client);
    return client;
  }
  ClientSize generated_size(std::int64_t index) const override {
    if (!plan_.digits) return {generator().samples(index), Storage::bytes, 0};
    const auto labels = generator().labels(index);
    return {std::count_if(labels.begin(), labels.end(), is_digit), Storage::bytes, 0};
  }

 private:
  /// Returns the generator, whose sizes are checked only here: they do not matter if files are read.
  GeneratedFemnist generator() const { return {plan_.generated, plan_.seed}; }

  DatasetPlan plan_;
};

}  // namespace

SampleForm femnist_form() {
  return {"femnist", {1, 28, 28}, 784, 62};
}

std::unique_ptr<Dataset> make_femnist(const DatasetPlan& plan) {
  return std::make_unique<Femnist>(plan);
}

}  // namespace fedmeta::data
