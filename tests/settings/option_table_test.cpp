// The table of options against what is written about it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

using Names = std::set<std::string>;

const std::map<std::string, Names> families{
    {"local", {"fedavg", "fedavg-meta", "reptile", "perfedavg"}},
    {"meta", {"fomaml", "maml", "meta-sgd"}},
    {"all",
     {"fedsgd", "fedavg", "fedavg-meta", "fomaml", "maml", "meta-sgd", "reptile", "perfedavg", "mixed"}}};

/// What stands in a cell as code; "-steps" after "finetune-epochs" is finetune-steps.
std::vector<std::string> code_in(const std::string& cell) {
  static const std::regex code("`([^`]+)`");
  std::vector<std::string> names;
  std::string prefix;
  for (std::sregex_iterator found(cell.begin(), cell.end(), code), end; found != end; ++found) {
    auto name = (*found)[1].str();
    if (name.starts_with('-')) name = prefix + name;
    prefix = name.substr(0, name.find('-'));
    names.push_back(name);
  }
  return names;
}

/// Who reads each option, as docs/algorithms.md says under "Which algorithm reads which option".
std::map<std::string, Names> documented_readers() {
  std::ifstream file(FEDMETA_ALGORITHMS_MD);
  std::map<std::string, Names> readers;
  bool here = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) here = line == "## Which algorithm reads which option";
    if (!here || !line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(1));
    std::string options, who;
    std::getline(cells, options, '|');
    std::getline(cells, who, '|');
    Names names;
    if (who.find("all") != std::string::npos) names = families.at("all");
    for (const auto& word : code_in(who)) {
      if (families.contains(word))
        names.insert(families.at(word).begin(), families.at(word).end());
      else if (word.find(' ') == std::string::npos)
        names.insert(word);
    }
    for (const auto& option : code_in(options)) {
      EXPECT_FALSE(readers.contains(option)) << option << " twice";
      readers[option] = names;
    }
  }
  return readers;
}

TEST(OptionTable, ReadersAreTheDocumentedOnes) {
  auto documented = documented_readers();
  documented.erase("eval-on"), documented.erase("eval-clients");  // no hyper-parameters
  Settings settings;
  for_each(hyperparameters(settings), [&](const OptionRow& row) {
    EXPECT_EQ(documented[row.name], Names(row.readers.begin(), row.readers.end())) << row.name;
    documented.erase(row.name);
  });
  for (const auto& [name, readers] : documented) ADD_FAILURE() << "no hyper-parameter: " << name;
}

TEST(OptionTable, ReadersAreAlgorithms) {
  Settings settings;
  for_each(hyperparameters(settings), [&](const OptionRow& row) {
    EXPECT_FALSE(row.readers.empty()) << row.name;
    for (const auto& reader : row.readers) EXPECT_NE(algorithms::find_descriptor(reader), nullptr) << reader;
  });
}

TEST(OptionTable, HasEachNameOnceAndADescriptionOfEach) {
  Settings settings;
  Names names;
  for_each(all_options(settings), [&](const OptionRow& row) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
  });
  EXPECT_GT(names.size(), 100U);
}

/// No row leads to the field of another: each value can be told from all others.
TEST(OptionTable, RowsHaveFieldsOfTheirOwn) {
  Settings settings;
  std::map<const void*, std::string> fields;
  for_each(all_options(settings), [&](const OptionRow& row) {
    const void* field = std::visit(
        [](const auto& value) -> const void* {
          if constexpr (std::is_pointer_v<std::decay_t<decltype(value)>>)
            return value;
          else
            return value->field;
        },
        row.value);
    EXPECT_TRUE(fields.emplace(field, row.name).second) << row.name << " and " << fields[field];
  });
}

}  // namespace
}  // namespace fedmeta::settings
