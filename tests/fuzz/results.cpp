// Results files.

#include "record/results_reader.hpp"

#include "fuzz/target.hpp"

namespace fedmeta::fuzz {

int results(std::string_view bytes) {
  return accepts([&] {
    const auto file = record::h5::open_file(file_of(bytes));
    const auto results = record::read_results(file);
    for (const auto& run : results.runs) record::read_model(file, run.header);
  });
}

}  // namespace fedmeta::fuzz
