// A data set as loading sees it: how to read its files, and how to generate its stand-in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "data/client.hpp"
#include "data/dataset_options.hpp"
#include "data/leaf/leaf_text.hpp"
#include "data/leaf/shard_files.hpp"
#include "data/stand_in/generated_size.hpp"

namespace fedmeta::data {

/// Frozen word vectors, [words, width], row-major.
struct WordVectors {
  std::int64_t words = 0, width = 0;
  std::vector<float> values;
};

/// Returns whether the client with an id is wanted.
using WantedId = std::function<bool(const std::string&)>;

/// Reads the files of a data set and generates its stand-in, if it has one. Immutable; any rank may hold one.
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
  /// Returns what is wrong with the samples of a client from a data file, or nothing. The file has been read
  /// and varied; labels are checked elsewhere.
  virtual std::string fault(const Client&) const { return {}; }
  /// Returns the classes that files of another variant have.
  virtual MoreClasses more_classes() const { return {}; }
  /// Returns the kind of `path`: "leaf", "text" or "csv".
  virtual std::string source(const std::filesystem::path& path) const;

  /// Returns the names, one per line, of files that were passed over when this file was made from others.
  virtual std::string passed_over_before() const { return {}; }

  /// Returns whether the clients of a run are not those that are read or generated, but dealt from all of
  /// their samples (label_shards.hpp), by the caller that has them all.
  virtual bool deals_label_shards() const { return false; }

  // The stand-in, for data sets that have a generator; without one these throw Error(usage). Clients are
  // generated one by one, each from the seed and its index alone.
  virtual std::int64_t generated_clients() const;
  virtual std::string generated_id(std::int64_t index) const;
  virtual Client generate(std::int64_t index) const;
  /// Returns the size of generate(index) without drawing its samples.
  virtual ClientSize generated_size(std::int64_t index) const;
  /// Returns the way in which LEAF writes clients that were read or generated.
  virtual LeafText leaf_text() const { return number_text(form().width); }
  /// Returns the words of vectors(), one per row, or none if these have no spelling.
  virtual std::vector<std::string> generated_words() const { return {}; }
  /// Writes the stand-in as a log, if it has one (StandIn::has_log).
  virtual void write_log(std::ostream&) const {}

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

/// What to make a data set from.
struct DatasetPlan {
  std::string dataset = "femnist";
  GeneratedSize generated;
  std::uint64_t seed = 42;                   ///< --data-seed
  OptionValues options = default_options();  ///< of every data set, though only one reads its own
  std::filesystem::path path;                ///< of the files that will be read (--data); empty: generated
  /// Whether the network knows all users' classes, and who the user is, where the data set can tell.
  bool unified = false;
  /// Whether files are read without the word vectors that they need, to be counted: all words are unknown.
  bool without_vectors = false;
  /// The survey of the same data set on another rank, which spares reading those files again.
  std::optional<std::string> survey;

  /// Returns the value of an option: a bool, a double or a std::string, as it is declared.
  template <class T>
  const T& option(const std::string& name) const {
    return std::get<T>(options.at(name));
  }
};

/// Returns the data set of `plan`. Throws Error(usage) for an unknown name.
std::unique_ptr<Dataset> make_dataset(const DatasetPlan& plan);

}  // namespace fedmeta::data
