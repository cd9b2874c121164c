#include "data/sets/use_log_writer.hpp"

#include <fmt/core.h>

#include <ostream>

namespace fedmeta::data {

void write_use_header(std::ostream& out) {
  out << "user,time,item,category,battery,place\n";
}

void write_use_rows(std::ostream& out, const std::string& user, std::span<const UseRecord> records) {
  for (const UseRecord& record : records)
    out << fmt::format("{},{},s{:04},{},{},{}\n", user, record.time, int{record.service},
                       int{record.category}, 10 * record.battery, int{record.place});
}

}  // namespace fedmeta::data
