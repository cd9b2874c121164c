#include "data/femnist.hpp"

#include "data/generated_femnist.hpp"
#include "data/leaf.hpp"

namespace fedmeta::data {
namespace {

class Femnist final : public Dataset {
 public:
  Femnist(const GeneratedSize& generated, std::uint64_t seed) : generated_(generated), seed_(seed) {}

  SampleForm form() const override { return femnist_form(); }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    return read_leaf_file(file, form());
  }
  std::int64_t generated_clients() const override { return generator().clients(); }
  std::string generated_id(std::int64_t index) const override { return generator().id(index); }
  Client generate(std::int64_t index) const override { return generator().client(index); }

 private:
  /// Checks the sizes, which nobody minds where files are read.
  GeneratedFemnist generator() const { return {generated_, seed_}; }

  GeneratedSize generated_;
  std::uint64_t seed_;
};

}  // namespace

SampleForm femnist_form() {
  return {"femnist", {1, 28, 28}, 784, 62};
}

std::unique_ptr<Dataset> make_femnist(const GeneratedSize& generated, std::uint64_t seed) {
  return std::make_unique<Femnist>(generated, seed);
}

}  // namespace fedmeta::data
