// LEAF's JSON, by the readers of all data sets that are stored so. Images and vectors are small here, since
// the same code reads any size.

#include "data/leaf/leaf.hpp"

#include "data/leaf/leaf_content.hpp"
#include "data/leaf/leaf_kind.hpp"
#include "data/leaf/leaf_windows.hpp"
#include "data/leaf/repeated_parts.hpp"
#include "data/sets/production_log.hpp"
#include "data/sets/sent140.hpp"
#include "fuzz/clients.hpp"

namespace fedmeta::fuzz {
namespace {

/// Reads the file, and checks what was read. `read` returns its clients.
template <class F>
bool accepts_clients(const std::filesystem::path& file, std::int64_t width, std::int32_t classes, F read) {
  return accepts([&] {
    const std::vector<data::Client> clients = read();
    check_clients(clients, width, classes);
    data::RepeatedParts parts;
    for (const auto& client : clients) parts.add(client, file);
  });
}

int read_all(std::string_view bytes) {
  const auto file = file_of(bytes);
  const data::SampleForm image{"femnist", {1, 2, 2}, 4, 10}, vector{"synthetic", {3}, 3, 5};
  static const auto words = data::without_vectors("good\nbad\n'\n");
  data::first_leaf_sample(file);
  data::is_leaf_file(file);
  data::is_use_log(file);
  return accepts_clients(file, 4, 10, [&] { return data::read_leaf_file(file, image); }) +
         accepts_clients(file, 3, 5,
                         [&] {
                           const data::MoreClasses more{8, "give the other option"};
                           return data::read_leaf_file(file, "synthetic",
                                                       *data::make_number_content(vector, more));
                         }) +
         accepts_clients(
             file, data::window_width, 256,
             [&] { return data::read_leaf_file(file, "shakespeare", *data::make_window_content()); }) +
         accepts_clients(file, data::tweet_tokens, 2,
                         [&] { return data::read_sent140_file(file, words, true); });
}

}  // namespace

int leaf(std::string_view bytes) {
  return read_all(bytes);
}

int leaf_gzip(std::string_view bytes) {
  return read_all(bytes);
}

}  // namespace fedmeta::fuzz
