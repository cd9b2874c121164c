#include "data/sets/production_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

enum Column : std::size_t { user, time, item, category, battery, place, columns };
constexpr std::array<std::string_view, columns> names = {"user",     "time",    "item",
                                                         "category", "battery", "place"};
constexpr std::size_t required = 3;                    // user, time, item
constexpr std::int64_t end_of_times = 253402300800LL;  // the year 10000, which times in milliseconds exceed

struct Row {
  std::string_view user, item;
  UseRecord record;  ///< without the service
};

/// Reads a whole number of `digits` digits at `at`, as in a date.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return {};
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

/// Reads YYYY-MM-DDThh:mm:ss, with T or a blank, and with or without a Z.
std::optional<std::int64_t> iso_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.size() != 19 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':')
    return {};
  const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return {};
  const std::chrono::year_month_day date = std::chrono::year(*year) / *month / *day;
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return {};
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((std::int64_t(days) * 24 + *hour) * 60 + *minute) * 60 + *second;
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// Reads a file line by line and keeps the place for error messages.
class RowReader {
 public:
  explicit RowReader(const fs::path& file) : file_(file), text_(file) { read_header(); }

  /// Reads the next row. Returns false after the last one. The texts of a row are valid until the next call.
  bool next(Row& row) {
    if (!next_line()) return false;
    split();
    if (fields_.size() != place_of_.size())
      fail("the row has " + std::to_string(fields_.size()) + " fields instead of " +
               std::to_string(place_of_.size()),
           "give every row as many fields as the header line, without commas inside them");
    row.user = field(user);
    row.item = field(item);
    row.record.time = read_time(field(time));
    row.record.category = has(category) ? read_number(category, 13) : std::int8_t{-1};
    row.record.place = has(place) ? read_number(place, 5) : std::int8_t{-1};
    row.record.battery = has(battery) ? read_battery() : std::int8_t{-1};
    return true;
  }

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    std::string where = file_.string();
    if (line_number_ > 0) where += ", line " + std::to_string(line_number_);
    throw Error(Status::input, what, where, remedy);
  }

 private:
  bool next_line() {
    if (!text_.next_line(line_)) return false;
    ++line_number_;
    if (line_.find('"') != std::string::npos || line_.find('\0') != std::string::npos)
      fail("the line holds quotes or zero bytes", "give plain text, fields separated by commas alone");
    return true;
  }

  void split() {
    fields_.clear();
    for (std::size_t begin = 0;;) {
      const auto end = std::min(line_.find(',', begin), line_.size());
      fields_.push_back(std::string_view(line_).substr(begin, end - begin));
      if (end == line_.size()) return;
      begin = end + 1;
    }
  }

  void read_header() {
    if (!next_line()) fail("the file is empty", "give a CSV log with a header line");
    split();
    for (const auto name : fields_) {
      const auto known = std::find(names.begin(), names.end(), name);
      const auto column = static_cast<Column>(known - names.begin());
      if (known == names.end() || place_of_.contains(column))
        fail("the header names an unknown or repeated column \"" + printable(name) + '"',
             "name each of user,time,item once, and of category,battery,place those that there are");
      const auto position = place_of_.size();
      place_of_[column] = position;
    }
    for (std::size_t column = 0; column < required; ++column)
      if (!has(static_cast<Column>(column)))
        fail("the header lacks the column " + std::string(names[column]),
             "begin the file with a line such as user,time,item");
  }

  bool has(Column column) const { return place_of_.contains(column); }

  std::string_view field(Column column) const {
    const auto text = fields_[place_of_.at(column)];
    if (text.empty())
      fail("the " + std::string(names[column]) + " is missing", "fill it in, or leave the row out");
    return text;
  }

  [[noreturn]] void fail_field(Column column, const std::string& what, const std::string& remedy) const {
    fail("the " + std::string(names[column]) + " \"" + printable(field(column), 24) + "\" is not " + what,
         remedy);
  }

  std::int64_t read_time(std::string_view text) const {
    const auto seconds = number<std::int64_t>(text);
    const auto value = seconds ? seconds : iso_time(text);
    if (!value || *value < 0 || *value >= end_of_times)
      fail_field(time, "a time", "write Unix seconds, or as 2017-01-02T03:04:05, without an offset");
    return *value;
  }

  std::int8_t read_number(Column column, int most) const {
    const auto value = number<int>(field(column));
    if (!value || *value < 0 || *value > most)
      fail_field(column, "a whole number from 0 to " + std::to_string(most),
                 "number it so, or leave the column out");
    return static_cast<std::int8_t>(*value);
  }

  std::int8_t read_battery() const {
    const auto percent = number<double>(field(battery));
    if (!percent || !(*percent >= 0 && *percent <= 100))
      fail_field(battery, "a number from 0 to 100", "give percents, or leave the column out");
    return static_cast<std::int8_t>(std::min(9.0, std::floor(*percent / 10)));
  }

  const fs::path& file_;
  TextFile text_;
  std::string line_;
  std::int64_t line_number_ = 0;
  std::vector<std::string_view> fields_;
  std::map<Column, std::size_t> place_of_;  ///< place of each column in a row
};

/// If there are too many services, drops the records of all but the most frequent ones.
void cut_services(std::vector<UseRecord>& records) {
  std::unordered_map<std::int32_t, std::int64_t> uses;
  std::vector<std::int32_t> services;  // by first use
  for (const auto& record : records)
    if (++uses[record.service] == 1) services.push_back(record.service);
  if (services.size() <= static_cast<std::size_t>(local_services)) return;
  std::stable_sort(services.begin(), services.end(), [&](auto a, auto b) { return uses[a] > uses[b]; });
  const std::set<std::int32_t> kept(services.begin(), services.begin() + kept_services);
  std::erase_if(records, [&](const UseRecord& record) { return !kept.contains(record.service); });
}

void finish(std::vector<UseRecord>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const UseRecord& a, const UseRecord& b) { return a.time < b.time; });
  cut_services(records);
  for (std::size_t i = 0; i < records.size(); ++i)
    records[i].after_pause = i == 0 || records[i].time - records[i - 1].time >= short_gap_seconds;
}

[[noreturn]] void fail_no_rows(const RowReader& reader) {
  reader.fail("no rows follow the header", "give a log with records");
}

/// Numbers of texts. A new text gets the next number.
using Numbers = std::map<std::string, std::int32_t, std::less<>>;

std::int32_t number_of(std::string_view text, Numbers& numbers) {
  const auto known = numbers.find(text);
  if (known != numbers.end()) return known->second;
  return numbers.emplace(text, static_cast<std::int32_t>(numbers.size())).first->second;
}

}  // namespace

bool is_use_log(const fs::path& file) {
  if ((file.extension() == ".gz" ? file.stem() : file).extension() == ".csv") return true;
  try {
    std::string line;
    TextFile(file).next_line(line);
    return ("," + line + ",").find(",user,") != std::string::npos;
  } catch (const Error&) {
    return false;  // whoever reads it says what is wrong
  }
}

UseLog read_use_log(const fs::path& file) {
  RowReader reader(file);
  Numbers services;
  std::map<std::string, std::vector<UseRecord>, std::less<>> of_user;
  for (Row row; reader.next(row);) {
    row.record.service = number_of(row.item, services);
    auto place = of_user.find(row.user);
    if (place == of_user.end()) place = of_user.emplace(row.user, std::vector<UseRecord>()).first;
    place->second.push_back(row.record);
  }
  if (of_user.empty()) fail_no_rows(reader);

  UseLog log;
  std::vector<std::int32_t> sorted_number(services.size());
  for (const auto& [name, number] : services) {
    sorted_number[static_cast<std::size_t>(number)] = static_cast<std::int32_t>(log.services.size());
    log.services.push_back(name);
  }
  for (auto& [name, records] : of_user) {
    for (auto& record : records) record.service = sorted_number[static_cast<std::size_t>(record.service)];
    finish(records);
    log.users.push_back({name, std::move(records)});
  }
  return log;
}

UnifiedColumns count_use_log(const fs::path& file) {
  RowReader reader(file);
  Numbers users, services;
  for (Row row; reader.next(row);) {
    number_of(row.user, users);
    number_of(row.item, services);
  }
  if (users.empty()) fail_no_rows(reader);
  return {std::ssize(users), std::ssize(services)};
}

}  // namespace fedmeta::data
