// Rows of options as a parser, as TOML and as attributes of results files.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "options/option_table.hpp"
#include "record/results.hpp"

namespace fedmeta::settings {

using options::for_each;
using options::OptionGroup;
using options::OptionRow;
using options::OptionTable;
using options::Words;

/// Adds the options to a parser, which reads them into their values.
void add_options(CLI::App& app, const OptionTable& table);

/// The present value as TOML has it.
std::string toml_text(const OptionRow& row);

/// The present value as an attribute of a run.
record::AttributeValue attribute(const OptionRow& row);
/// Its name there.
std::string attribute_name(const OptionRow& row);

}  // namespace fedmeta::settings
