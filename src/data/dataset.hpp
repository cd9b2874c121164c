// A data set as loading sees it: how its files are read, and how its stand-in is made.
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

/// Word vectors that a network takes as given: [words, width], row-major.
struct WordVectors {
  std::int64_t words = 0, width = 0;
  std::vector<float> values;
};

/// Chooses clients by their ids.
using WantedId = std::function<bool(const std::string&)>;

/// A file's way to be read, and its clients' way to be made up. Immutable; any rank may hold one.
class Dataset {
 public:
  virtual ~Dataset() = default;

  /// Of clients that are encoded. Where the classes depend on the data, those of the default vocabulary.
  virtual SampleForm form() const = 0;

  /// The files of `path` in the order that defines "file order", and what is passed over. Throws
  /// Error(input).
  virtual DataFiles files(const std::filesystem::path& path) const;
  /// The clients of one file. Throws Error(input) naming file, user and index.
  virtual std::vector<Client> read(const std::filesystem::path& file) const = 0;
  /// Whether files tell ids without their clients, so that some can be read alone.
  virtual bool indexed() const { return false; }
  /// Of an indexed file, the clients with wanted ids.
  virtual std::vector<Client> read_wanted(const std::filesystem::path&, const WantedId&) const { return {}; }
  /// What the data set's options make of a client that comes from elsewhere; read() has done it already.
  virtual void vary(Client&) const {}
  /// What `path` is: "leaf", "text" or "csv".
  virtual std::string source(const std::filesystem::path& path) const;

  /// Of a file that was made from others: names, one a line, of those that were passed over then.
  virtual std::string passed_over_before() const { return {}; }

  /// The stand-in: clients are made one by one, each from the seed and its index alone.
  virtual std::int64_t generated_clients() const = 0;
  virtual std::string generated_id(std::int64_t index) const = 0;
  virtual Client generate(std::int64_t index) const = 0;
  /// How large generate(index) is, without drawing its samples.
  virtual ClientSize generated_size(std::int64_t index) const = 0;
  /// How LEAF would write the clients read or generated.
  virtual LeafText leaf_text() const { return number_text(form().width); }

  /// Whether the encoding depends on the symbols of all training clients.
  virtual bool needs_symbols() const { return false; }
  /// Those that occur in a client; none where they are not needed.
  virtual std::set<std::uint8_t> symbols(const Client&) const { return {}; }
  /// Turns what was read or made into what networks take, given the training clients' symbols.
  virtual SampleForm encode(std::span<Client>, const std::set<std::uint8_t>&) const { return form(); }

  /// Frozen vectors of the tokens; null where the network learns its own, and where the plan had a survey.
  virtual const WordVectors* vectors() const { return nullptr; }

  /// What making the data set found out in files that are long to read, for DatasetPlan::survey.
  virtual std::string survey() const { return {}; }

  /// Samples between support and query set that a chronological division leaves out, because they share
  /// content with both.
  virtual std::int64_t chronological_gap() const { return 0; }
};

/// What a data set is made from. Fields are named as the options of the same name.
struct DatasetPlan {
  std::string dataset = "femnist";
  GeneratedSize generated;
  std::uint64_t seed = 42;  ///< --data-seed
  /// Of the same data set made before, on another rank: it is then made without reading those files again.
  std::optional<std::string> survey;

  // femnist
  bool digits = false;                ///< labels 0-9 alone, as 10 classes
  bool invert = false;                ///< x becomes 1 - x
  std::string partition = "writers";  ///< or "shards": label-sorted shards, two a client
  // shakespeare
  std::string vocabulary = "leaf80";  ///< leaf80, leaf53, data
  // sent140
  std::filesystem::path glove;
  bool lower_case = false;
  // synthetic
  std::string generator = "leaf";  ///< leaf, or alpha-beta
  double alpha = 0.5, beta = 0.5;
  // production
  bool unified = false;       ///< global service labels, and user and last service among the features
  std::filesystem::path log;  ///< with `unified`: the log that will be read (--data); empty = generated
};

/// Throws Error(usage) for an unknown name.
std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan);

}  // namespace fedmeta::data
