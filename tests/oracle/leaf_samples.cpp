#include "oracle/leaf_samples.hpp"

#include <simdjson.h>

#include <set>

namespace fedmeta::oracle {

std::map<std::string, std::vector<Sample>> read_leaf(const std::vector<std::filesystem::path>& folders) {
  std::map<std::string, std::vector<Sample>> samples;
  simdjson::dom::parser parser;
  for (const auto& folder : folders) {
    std::set<std::filesystem::path> files;  // sorted
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
    for (const auto& file : files) {
      for (const auto& [user, data] : parser.load(file.string())["user_data"].get_object()) {
        auto& own = samples[std::string(user)];
        const auto begin = own.size();
        for (const auto image : data["x"].get_array()) {
          own.emplace_back();
          for (const double pixel : image.get_array()) own.back().x.push_back(pixel);
        }
        auto at = own.begin() + static_cast<std::ptrdiff_t>(begin);
        for (const std::int64_t label : data["y"].get_array()) (at++)->y = static_cast<int>(label);
      }
    }
  }
  return samples;
}

}  // namespace fedmeta::oracle
