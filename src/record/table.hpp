// Stores a vector of plain structs as a group of datasets, one per member, following a table of schema.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "record/h5.hpp"
#include "record/schema.hpp"

namespace fedmeta::record {

/// A group of datasets with one row per round, evaluation or client, which grow together.
struct Table {
  h5::Node axis;                  ///< scale without values; empty if a column is the scale itself
  std::vector<h5::Node> columns;  ///< in the order of the schema
};

namespace detail {

template <class T>
struct Cell {  ///< what a column stores per row: a value, or (below) a vector of values
  using Value = T;
  static constexpr bool many = false;
};
template <class T>
struct Cell<std::vector<T>> {
  using Value = T;
  static constexpr bool many = true;
};

/// Returns the value that fills up rows with fewer entries than the axis is long.
template <class T>
constexpr T padding() {
  if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
  return T(-1);
}

template <class T>
bool is_padding(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value);
  else
    return value == padding<T>();
}

template <class Row, class T>
h5::Node create_column(const h5::Node& group, const schema::Column<Row, T>& column) {
  using Value = typename Cell<T>::Value;
  if constexpr (Cell<T>::many) {
    const h5::Node across = h5::open_dataset(group, column.across);
    h5::Node dataset = h5::create_dataset<Value>(group, column.field, {{0, h5::lengths(across)[0]}, true});
    h5::attach_scale(dataset, across, 1);
    return dataset;
  } else {
    return h5::create_dataset<Value>(group, column.field, {{0}, true, 256, schema::longest_word});
  }
}

template <class Row, class T>
void append_column(const h5::Node& dataset, const schema::Column<Row, T>& column, std::span<const Row> rows) {
  std::vector<typename Cell<T>::Value> values;
  for (const Row& row : rows) {
    const T& cell = row.*column.member;
    if constexpr (Cell<T>::many) {
      const std::size_t width = h5::lengths(dataset)[1];
      if (cell.size() > width) throw std::logic_error(dataset.name + ": a row has more entries than places");
      values.insert(values.end(), cell.begin(), cell.end());
      values.resize(values.size() + width - cell.size(), padding<typename Cell<T>::Value>());
    } else {
      values.push_back(cell);
    }
  }
  h5::append<typename Cell<T>::Value>(dataset, values);
}

/// Returns the number of rows of a column.
template <class Row, class T>
hsize_t count_rows(const h5::Node& group, const schema::Column<Row, T>& column) {
  return h5::lengths_to_read(h5::open_dataset(group, column.field.name), Cell<T>::many ? 2 : 1).front();
}

/// Throws unless a column has as many rows as the others.
inline void check_rows(const h5::Node& group, const h5::Field& field, hsize_t found, hsize_t others) {
  if (found != others)
    throw Error(Status::own_file,
                std::to_string(found) + " rows, where others have " + std::to_string(others),
                group.name + "/" + field.name, "the file is damaged: take another copy of it");
}

/// Reads a column. Rows of the dataset beyond `rows` are left out.
template <class Row, class T>
void read_column(const h5::Node& group, const schema::Column<Row, T>& column, std::vector<Row>& rows) {
  using Value = typename Cell<T>::Value;
  const h5::Array<Value> array = h5::read<Value>(group, column.field.name);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    T& cell = rows[i].*column.member;
    if constexpr (Cell<T>::many) {
      const auto begin = array.values.begin() + i * array.lengths[1];
      cell.assign(begin, begin + array.lengths[1]);
      while (!cell.empty() && is_padding(cell.back())) cell.pop_back();
    } else {
      cell = array.values[i];
    }
  }
}

}  // namespace detail

/// Creates the datasets of an empty table. `axis` names the scale of the rows: the column of that name, or
/// else a dimension without values.
template <class Columns>
Table create_table(const h5::Node& group, const h5::Field& axis, const Columns& columns) {
  Table table;
  const h5::Node* scale = nullptr;
  schema::for_each(columns, [&](const auto& c) { table.columns.push_back(detail::create_column(group, c)); });
  std::size_t i = 0;
  schema::for_each(columns, [&](const auto& c) {
    if (std::string(c.field.name) == axis.name) scale = &table.columns[i];
    ++i;
  });
  if (scale) {
    h5::make_scale(*scale, axis.name);
  } else {
    table.axis = h5::create_dimension(group, axis, {{0}, true});
    scale = &table.axis;
  }
  for (const h5::Node& column : table.columns)
    if (&column != scale) h5::attach_scale(column, *scale, 0);
  return table;
}

template <class Columns, class Row>
void append_rows(const Table& table, const Columns& columns, std::span<const Row> rows) {
  if (table.axis.id >= 0) h5::extend(table.axis, rows.size());
  std::size_t i = 0;
  schema::for_each(columns, [&](const auto& c) { detail::append_column(table.columns[i++], c, rows); });
}

/// Appends to an optional column, which the first rows create as `dataset` if they have values other than
/// padding.
template <class Row, class T>
void append_optional(const h5::Node& group, const Table& table, std::optional<h5::Node>& dataset,
                     const schema::Column<Row, T>& column, std::span<const Row> rows) {
  if (rows.empty()) return;
  if (!dataset) {
    if (detail::is_padding(rows.front().*column.member)) return;
    dataset = detail::create_column(group, column);
    h5::attach_scale(*dataset, table.axis, 0);
  }
  detail::append_column(*dataset, column, rows);
}

/// How long the columns of a table must be. A killed program may have left some longer than others: as many
/// rows as all of them have are read then.
enum class TableLength { equal, shortest };

/// Reads a column that may be absent, in which case the members of `rows` stay unchanged.
template <class Row, class T>
void read_optional(const h5::Node& group, const schema::Column<Row, T>& column, std::vector<Row>& rows,
                   TableLength length) {
  if (!h5::exists(group, column.field.name)) return;
  const auto count = detail::count_rows(group, column);
  if (length == TableLength::equal) detail::check_rows(group, column.field, count, rows.size());
  rows.resize(std::min<std::size_t>(rows.size(), count));
  detail::read_column(group, column, rows);
}

template <class Row, class Columns>
std::vector<Row> read_table(const h5::Node& group, const Columns& columns, TableLength length) {
  constexpr hsize_t none = std::numeric_limits<hsize_t>::max();
  hsize_t count = none;
  schema::for_each(columns, [&](const auto& column) {
    const auto own = detail::count_rows(group, column);
    if (length == TableLength::equal && count != none) detail::check_rows(group, column.field, own, count);
    count = std::min(count, own);
  });
  std::vector<Row> rows(count);
  schema::for_each(columns, [&](const auto& c) { detail::read_column(group, c, rows); });
  return rows;
}

}  // namespace fedmeta::record
