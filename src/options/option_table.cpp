#include "options/option_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace fedmeta::options {
namespace {

void join(Words& all, const Words& more) {
  for (const auto& word : more)
    if (std::ranges::find(all, word) == all.end()) all.push_back(word);
}

void join(OptionRow& row, const OptionRow& other) {
  join(row.readers, other.readers);
}

void join(OptionGroup& group, const OptionGroup& other);

/// Joins what has the same name, and inserts the rest where it stands in `more`.
template <class T, class Name>
void join_named(std::vector<T>& all, const std::vector<T>& more, Name name) {
  const auto place_of = [&](const T& item) { return std::ranges::find(all, item.*name, name); };
  for (auto item = more.begin(); item != more.end(); ++item) {
    if (const auto same = place_of(*item); same != all.end()) {
      join(*same, *item);
      continue;
    }
    const auto next =
        std::find_if(item, more.end(), [&](const T& other) { return place_of(other) != all.end(); });
    const bool first = item == more.begin();
    const auto behind = first ? all.end() : std::next(place_of(*std::prev(item)));
    all.insert(next == more.end() ? behind : place_of(*next), *item);
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

const OptionRow* find(const OptionTable& table, const std::string& name) {
  for (const auto& group : table)
    if (const auto row = std::ranges::find(group.rows, name, &OptionRow::name); row != group.rows.end())
      return &*row;
  return nullptr;
}

void assign(const OptionRow& row, const std::variant<bool, std::int64_t, double, std::string>& value) {
  const auto set = [&row](auto& field, const auto& given) {
    using Field = std::decay_t<decltype(field)>;
    using Given = std::decay_t<decltype(given)>;
    constexpr bool optional = std::is_same_v<Field, std::optional<Given>>;
    if constexpr (std::is_same_v<Field, Given> || optional)
      field = given;
    else if constexpr (std::is_same_v<Field, WordField> && std::is_same_v<Given, std::string>)
      field.set(given);
    else
      throw std::logic_error("a value of another type for --" + row.name);
  };
  std::visit([&](const auto& field, const auto& given) { set(*field, given); }, row.value, value);
}

}  // namespace fedmeta::options
