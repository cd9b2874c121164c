// Compact data files, up to the form for networks.

#include "record/data_file.hpp"

#include "data/registry.hpp"
#include "fuzz/clients.hpp"
#include "record/file_dataset.hpp"

namespace fedmeta::fuzz {

int data_file(std::string_view bytes) {
  const auto file = file_of(bytes);
  record::is_data_file(file);
  return accepts([&] {
    data::DatasetPlan plan;
    plan.dataset = record::data_file_header(file).dataset;
    plan.path = file;
    const auto dataset = record::open_dataset(file, plan);
    auto clients = dataset->read(file);
    std::set<std::uint8_t> symbols;
    for (const auto& client : clients) symbols.merge(dataset->symbols(client));
    const auto form = dataset->encode(clients, symbols);
    check_clients(clients, form.width, form.classes);
    record::read_word_vectors(file);
  });
}

}  // namespace fedmeta::fuzz
