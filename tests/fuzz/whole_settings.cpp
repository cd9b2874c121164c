#include "fuzz/whole_settings.hpp"

#include <array>
#include <span>
#include <vector>

#include "fuzz/target.hpp"
#include "settings/settings.hpp"

namespace fedmeta::fuzz {
namespace {

/// Returns the settings as TOML, from which the same must be read.
std::string settings_of(std::span<const char* const> arguments) {
  return settings::settings_toml(
      settings::parse_settings(static_cast<int>(arguments.size()), arguments.data()));
}

std::string settings_in(std::string_view bytes) {
  const auto file = file_of(bytes).string();
  return settings_of(std::array{"fedmeta_bench", "--config", file.c_str()});
}

int read_and_read_again(std::span<const char* const> arguments) {
  return accepts([&] {
    try {
      const auto settings = settings_of(arguments);
      require(settings_in(settings) == settings, "settings that read back otherwise:\n" + settings);
    } catch (const settings::HelpWanted&) {
    }
  });
}

}  // namespace

int whole_configuration(std::string_view bytes) {
  const auto file = file_of(bytes).string();
  return read_and_read_again(std::array{"fedmeta_bench", "--config", file.c_str()});
}

int whole_arguments(std::string_view bytes) {
  std::vector<std::string> words;
  for (std::size_t end = 0; !bytes.empty(); bytes.remove_prefix(std::min(end + 1, bytes.size()))) {
    end = std::min(bytes.find('\n'), bytes.size());
    words.emplace_back(bytes.substr(0, end));
  }
  std::vector<const char*> arguments{"fedmeta_bench"};
  for (const auto& word : words) arguments.push_back(word.c_str());
  return read_and_read_again(arguments);
}

}  // namespace fedmeta::fuzz
