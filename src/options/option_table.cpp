#include "options/option_table.hpp"

#include <algorithm>

namespace fedmeta::options {
namespace {

void join(Words& all, const Words& more) {
  for (const auto& word : more)
    if (std::find(all.begin(), all.end(), word) == all.end()) all.push_back(word);
}

void join(OptionRow& row, const OptionRow& other) {
  join(row.readers, other.readers);
}

void join(OptionGroup& group, const OptionGroup& other);

/// Joins what has the same name, and inserts the rest behind what it follows in `more`.
template <class T, class Name>
void join_named(std::vector<T>& all, const std::vector<T>& more, Name name) {
  auto place = all.begin();
  for (const auto& item : more) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const T& t) { return t.*name == item.*name; });
    if (same == all.end()) {
      place = std::next(all.insert(place, item));
      continue;
    }
    join(*same, item);
    place = std::next(same);
  }
}

void join(OptionGroup& group, const OptionGroup& other) {
  join(group.readers, other.readers);
  join_named(group.rows, other.rows, &OptionRow::name);
}

}  // namespace

void join(OptionTable& all, const OptionTable& more) {
  join_named(all, more, &OptionGroup::title);
}

}  // namespace fedmeta::options
