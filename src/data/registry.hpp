// Every data set by its name, and what the rest of the program has to know of it. The list is datasets.def.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/leaf/leaf_kind.hpp"

namespace fedmeta::data {

/// The generated stand-in of a data set.
struct StandIn {
  GeneratedSize size;        ///< the published data set's
  bool own_samples = false;  ///< it draws its own numbers of samples: of `size` only `clients` counts
  bool has_log = false;      ///< it can also be written as a log, *.csv
};

struct DatasetDescriptor {
  std::string name;                 ///< as in --dataset and in files
  std::string line;                 ///< what it is, in one line
  std::string title = name;         ///< as people write it, in reports
  std::string clients = "clients";  ///< what its clients are, likewise
  std::unique_ptr<Dataset> (*make)(const DatasetPlan&);
  std::string network;            ///< the one that --model auto means
  std::vector<Storage> storages;  ///< in which a data file may hold its samples

  std::vector<DatasetOption> options = {};
  /// The option that names a file of word vectors. Files of the data set cannot be encoded without these, and
  /// its data files hold them. Empty: it needs none.
  std::string vectors_option = {};
  std::optional<StandIn> stand_in = {};  ///< none: there is no generator

  /// A sample in its LEAF files, by which `fedmeta_data` tells data sets apart. None: LEAF has no form for
  /// it.
  std::optional<LeafSample> leaf_sample = {};
  /// Returns whether a file that is not LEAF JSON has the data set's own format. Null: it has none.
  bool (*recognises)(const std::filesystem::path& file) = nullptr;
  bool takes_any_text = false;  ///< its own format is any text that no data set recognises

  bool top4 = false;  ///< evaluations also count labels among the four highest scores
};

namespace sets {
#define DATASET(name) DatasetDescriptor name();
#include "data/datasets.def"
#undef DATASET
}  // namespace sets

/// Returns all data sets in the order of the list, the default one first.
const std::vector<DatasetDescriptor>& datasets();
std::vector<std::string> dataset_names();

/// Returns null for an unknown name.
const DatasetDescriptor* find_dataset(const std::string& name);
/// Throws Error(usage) for an unknown name.
const DatasetDescriptor& dataset_named(const std::string& name);

/// Returns names as a text such as "a, b or c".
std::string either_of(const std::vector<std::string>& names);

}  // namespace fedmeta::data
