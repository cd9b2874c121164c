// A data set as loading sees it: how to read its files, and how to generate its stand-in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "data/client.hpp"
#include "data/generated_size.hpp"
#include "data/leaf_text.hpp"
#include "data/shard_files.hpp"

namespace fedmeta::data {

/// Frozen word vectors, [words, width], row-major.
struct WordVectors {
  std::int64_t words = 0, width = 0;
  std::vector<float> values;
};

/// Returns whether the client with an id is wanted.
using WantedId = std::function<bool(const std::string&)>;

/// Reads the files of a data set and generates its stand-in. Immutable; any rank may hold one.
class Dataset {
 public:
  virtual ~Dataset() = default;

  /// Returns the form of encoded clients. If the classes depend on the data, they are those of the default
  /// vocabulary.
  virtual SampleForm form() const = 0;

  /// Returns the files of `path`, in the order that defines "file order", and the files that are passed over.
  /// Throws Error(input).
  virtual DataFiles files(const std::filesystem::path& path) const;
  /// Returns the clients of one file. Throws Error(input), which names file, user and index.
  virtual std::vector<Client> read(const std::filesystem::path& file) const = 0;
  /// Returns whether files list their ids, so that single clients can be read.
  virtual bool indexed() const { return false; }
  /// Returns the clients with wanted ids of an indexed file.
  virtual std::vector<Client> read_wanted(const std::filesystem::path&, const WantedId&) const { return {}; }
  /// Applies the data set's options to a client from elsewhere. read() has applied them already.
  virtual void vary(Client&) const {}
  /// Returns the kind of `path`: "leaf", "text" or "csv".
  virtual std::string source(const std::filesystem::path& path) const;

  /// Returns the names, one per line, of files that were passed over when this file was made from others.
  virtual std::string passed_over_before() const { return {}; }

  // The stand-in. Clients are generated one by one, each from the seed and its index alone.
  virtual std::int64_t generated_clients() const = 0;
  virtual std::string generated_id(std::int64_t index) const = 0;
  virtual Client generate(std::int64_t index) const = 0;
  /// Returns the size of generate(index) without drawing its samples.
  virtual ClientSize generated_size(std::int64_t index) const = 0;
  /// Returns the way in which LEAF writes clients that were read or generated.
  virtual LeafText leaf_text() const { return number_text(form().width); }

  /// Returns whether the encoding depends on the symbols of all training clients.
  virtual bool needs_symbols() const { return false; }
  /// Returns the symbols that occur in a client, or none if they are not needed.
  virtual std::set<std::uint8_t> symbols(const Client&) const { return {}; }
  /// Converts clients that were read or generated into the form for networks, given the training clients'
  /// symbols.
  virtual SampleForm encode(std::span<Client>, const std::set<std::uint8_t>&) const { return form(); }

  /// Returns the frozen vectors of the tokens, or null if the network learns its own or the plan had a
  /// survey.
  virtual const WordVectors* vectors() const { return nullptr; }

  /// Returns what the constructor found out from files that take long to read, for DatasetPlan::survey.
  virtual std::string survey() const { return {}; }

  /// Returns the number of samples between support and query set that a chronological division leaves out
  /// because they share content with both.
  virtual std::int64_t chronological_gap() const { return 0; }
};

/// The settings of a data set. Fields have the names of their options.
struct DatasetPlan {
  std::string dataset = "femnist";
  GeneratedSize generated;
  std::uint64_t seed = 42;  ///< --data-seed
  /// The survey of the same data set on another rank, which spares reading those files again.
  std::optional<std::string> survey;

  // femnist
  bool digits = false;                ///< only the labels 0-9, as 10 classes
  bool invert = false;                ///< x becomes 1 - x
  std::string partition = "writers";  ///< or "shards": two label-sorted shards per client
  // shakespeare
  std::string vocabulary = "leaf80";  ///< leaf80, leaf53, data
  // sent140
  std::filesystem::path glove;
  bool lower_case = false;
  // synthetic
  std::string generator = "leaf";  ///< leaf, or alpha-beta
  double alpha = 0.5, beta = 0.5;
  // production
  bool unified = false;       ///< global service labels, with user and last service among the features
  std::filesystem::path log;  ///< with `unified`: the log that will be read (--data); empty: generated
};

/// Returns the data set of `plan`. Throws Error(usage) for an unknown name.
std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan);

}  // namespace fedmeta::data
