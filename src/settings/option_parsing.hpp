// Turns rows of options into a parser, into TOML and into attributes of results files.
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

/// Adds the options to a parser, which stores what it reads in their values.
void add_options(CLI::App& app, const OptionTable& table);

/// Returns the present value as TOML.
std::string toml_text(const OptionRow& row);

/// Returns the present value as an attribute of a run. Paths and lists are not attributes.
record::AttributeValue attribute(const OptionRow& row);
/// Returns the option's name as an attribute, with _ for -.
std::string attribute_name(const OptionRow& row);

}  // namespace fedmeta::settings
