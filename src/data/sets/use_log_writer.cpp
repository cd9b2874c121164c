#include "data/sets/use_log_writer.hpp"

#include <cstdio>
#include <ostream>

namespace fedmeta::data {

void write_use_header(std::ostream& out) {
  out << "user,time,item,category,battery,place\n";
}

void write_use_rows(std::ostream& out, const std::string& user, std::span<const UseRecord> records) {
  for (const UseRecord& record : records) {
    char row[96];
    std::snprintf(row, sizeof row, ",%lld,s%04d,%d,%d,%d\n", static_cast<long long>(record.time),
                  int{record.service}, int{record.category}, 10 * record.battery, int{record.place});
    out << user << row;
  }
}

}  // namespace fedmeta::data
