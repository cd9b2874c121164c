// Command lines: each line of the input is an argument.

#include <vector>

#include "command_line/command_line.hpp"
#include "fuzz/options.hpp"
#include "fuzz/target.hpp"
#include "settings/option_parsing.hpp"

namespace fedmeta::fuzz {

int arguments(std::string_view bytes) {
  std::vector<std::string> words{"fuzz"};
  for (std::size_t end = 0; !bytes.empty(); bytes.remove_prefix(std::min(end + 1, bytes.size()))) {
    end = std::min(bytes.find('\n'), bytes.size());
    words.emplace_back(bytes.substr(0, end));
  }
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());
  return accepts([&] {
    Options options;
    const auto table = options.table();
    CLI::App app;
    settings::add_options(app, table);
    try {
      command_line::parse_arguments(app, static_cast<int>(pointers.size()), pointers.data());
    } catch (const CLI::Success&) {  // --help
      return;
    }
    settings::for_each(table, [](const settings::OptionRow& row) { settings::toml_text(row); });
  });
}

}  // namespace fedmeta::fuzz
