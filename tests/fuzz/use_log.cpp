// The production task's CSV log, up to the form for networks.

#include "data/sets/production_log.hpp"
#include "fuzz/clients.hpp"

namespace fedmeta::fuzz {
namespace {

void check_columns(const data::Client& client, const data::SampleForm& form) {
  check_clients({&client, 1}, form.width, form.classes);
  for (const auto column : std::get<data::Indices>(client.features))
    require(column >= -1 && column < form.shape.front(), "column " + std::to_string(column));
}

}  // namespace

int use_log(std::string_view bytes) {
  const auto file = file_of(bytes);
  data::is_use_log(file);
  data::UnifiedColumns counted;
  const bool was_counted = accepts([&] { counted = data::count_use_log(file); });
  const bool was_read = accepts([&] {
    const auto log = data::read_use_log(file);
    require(counted.users == std::ssize(log.users) && counted.services == std::ssize(log.services),
            "as many users and services as were counted");
    std::int64_t user = 0;
    for (const auto& [name, records] : log.users) {
      check_columns(data::encode_uses(name, records), data::production_form());
      check_columns(data::encode_uses(name, records, counted, user++), data::production_form(counted));
    }
  });
  require(was_counted == was_read, "counted but not read, or read but not counted");
  return was_read;
}

}  // namespace fedmeta::fuzz
