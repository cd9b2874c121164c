// The raw text of Shakespeare's works, up to the form for networks.

#include "data/dataset.hpp"
#include "fuzz/clients.hpp"

namespace fedmeta::fuzz {

int gutenberg(std::string_view bytes) {
  return accepts([&] {
    const auto file = file_of(bytes);
    for (const char* vocabulary : {"leaf80", "data"}) {
      data::DatasetPlan plan;
      plan.dataset = "shakespeare";
      plan.options["vocabulary"] = std::string(vocabulary);
      const auto dataset = data::make_dataset(plan);
      auto clients = dataset->read(file);
      check_clients(clients, data::window_width, 256);
      std::set<std::uint8_t> symbols;
      for (const auto& client : clients) symbols.merge(dataset->symbols(client));
      const auto form = dataset->encode(clients, symbols);
      check_clients(clients, data::window_width, form.classes);
      for (const auto& client : clients)
        for (const auto token : std::get<data::Windows>(client.features).text)
          require(token <= form.tokens, "token " + std::to_string(token));
    }
  });
}

}  // namespace fedmeta::fuzz
