#include "data/leaf.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "data/pixels.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;
namespace json = simdjson::ondemand;

/// Text from a file, made fit for a one-line message.
std::string printable(std::string_view text, std::size_t limit = 60) {
  std::string shown(text.substr(0, limit));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text.size() > limit ? shown + "..." : shown;
}

/// Reads one file from its beginning to its end, remembering where it is for the sake of errors.
class LeafReader {
 public:
  LeafReader(const fs::path& file, const SampleForm& form) : file_(file), form_(form), sample_(form.width) {}

  std::vector<Client> read();

 private:
  simdjson::padded_string load();
  void read_document(json::document& document);
  void read_listed_users(json::array users);
  void read_user_data(json::object users);
  Client read_user(std::string_view id, json::object user);
  Features read_samples(json::array samples);
  void read_sample(json::array sample, Pixels& pixels);
  std::vector<std::int32_t> read_labels(json::array labels);
  void check_lengths(const Client& client, bool has_samples, bool has_labels);
  void check_listed_users();
  void unify_features();

  template <class T>
  T expect(simdjson::simdjson_result<T> result, const std::string& what);
  [[noreturn]] void fail_pixel(json::value value);
  [[noreturn]] void fail_form(const std::string& what);
  [[noreturn]] void fail(const std::string& what, const std::string& remedy, Status status = Status::input);

  const fs::path& file_;
  const SampleForm& form_;
  std::vector<double> sample_;  ///< the values of the sample being read
  std::vector<Client> clients_;
  std::unordered_map<std::string, std::size_t> index_of_;
  std::vector<std::string> listed_;

  // Where the reader is.
  std::optional<std::string> user_;
  const char* part_ = nullptr;  ///< "sample" or "label"
  std::int64_t index_ = 0;      ///< of that sample or label
};

void LeafReader::fail(const std::string& what, const std::string& remedy, Status status) {
  std::string where = file_.string();
  if (user_) where += ", user " + printable(*user_);
  if (part_) where += ", " + std::string(part_) + " " + std::to_string(index_);
  throw Error(status, what, where, remedy);
}

void LeafReader::fail_form(const std::string& what) {
  fail(what, "give LEAF JSON of " + form_.dataset + ", or the --dataset that this file is of");
}

/// The value, where it has the type that `what` tells the user to expect.
template <class T>
T LeafReader::expect(simdjson::simdjson_result<T> result, const std::string& what) {
  if (result.error() == simdjson::INCORRECT_TYPE) fail_form(what);
  return std::move(result).value();
}

simdjson::padded_string LeafReader::load() {
  std::error_code error;
  const auto size = fs::file_size(file_, error);
  if (error) fail("cannot read the file: " + error.message(), "check the path and its permissions");
  if (size > simdjson::SIMDJSON_MAXSIZE_BYTES - simdjson::SIMDJSON_PADDING) {
    fail("the file is larger than 4 GB, the most that one JSON file may have",
         "split it into several files of whole users, and put them into one folder");
  }
  auto text = simdjson::padded_string::load(file_.string());
  if (text.error() == simdjson::MEMALLOC) {
    fail("not enough memory to read the file of " + std::to_string(size >> 20) + " MB",
         "split it into several files of whole users, or use a machine with more memory", Status::system);
  }
  if (text.error()) fail("cannot read the file", "check the path and its permissions");
  return std::move(text).value();
}

std::vector<Client> LeafReader::read() {
  const simdjson::padded_string text = load();
  try {
    json::parser parser;
    json::document document = parser.iterate(text);
    read_document(document);
  } catch (const simdjson::simdjson_error& error) {
    if (error.error() == simdjson::MEMALLOC) {
      fail("not enough memory to parse the file", "split it into several files of whole users",
           Status::system);
    }
    fail(std::string("not JSON, or cut short: ") + error.what(),
         "fetch or write the file again (unpack it first if it is compressed)");
  }
  check_listed_users();
  unify_features();
  return std::move(clients_);
}

void LeafReader::read_document(json::document& document) {
  bool has_user_data = false;
  for (auto field : expect(document.get_object(), "the file is not a JSON object with `user_data`")) {
    const std::string_view key = field.unescaped_key();
    if (key == "user_data") {
      has_user_data = true;
      read_user_data(expect(field.value().get_object(), "`user_data` is not an object"));
    } else if (key == "users") {
      read_listed_users(expect(field.value().get_array(), "`users` is not an array"));
    }
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    fail("text follows the end of the JSON object", "write one JSON object per file");
  }
  if (!has_user_data) fail_form("the file has no `user_data`");
}

void LeafReader::read_listed_users(json::array users) {
  for (auto user : users)
    listed_.emplace_back(expect(user.get_string(), "`users` holds something other than names"));
}

void LeafReader::read_user_data(json::object users) {
  for (auto field : users) {
    user_ = std::string(std::string_view(field.unescaped_key()));
    Client client =
        read_user(*user_, expect(field.value().get_object(), "the user's data are not an object"));
    const auto [known, is_new] = index_of_.try_emplace(client.id, clients_.size());
    if (is_new) {
      clients_.push_back(std::move(client));
    } else {
      append(clients_[known->second], std::move(client));
    }
  }
  user_.reset();
}

Client LeafReader::read_user(std::string_view id, json::object user) {
  Client client{std::string(id), {}, {}};
  bool has_samples = false, has_labels = false;
  for (auto field : user) {
    const std::string_view key = field.unescaped_key();
    if (key == "x") {
      if (std::exchange(has_samples, true)) fail("`x` is given twice", "write each key once");
      client.features = read_samples(expect(field.value().get_array(), "`x` is not an array"));
    } else if (key == "y") {
      if (std::exchange(has_labels, true)) fail("`y` is given twice", "write each key once");
      client.labels = read_labels(expect(field.value().get_array(), "`y` is not an array"));
    }
  }
  check_lengths(client, has_samples, has_labels);
  return client;
}

Features LeafReader::read_samples(json::array samples) {
  Pixels pixels;
  part_ = "sample";
  index_ = 0;
  for (auto sample : samples) {
    json::value value = sample.value();
    if (value.type() == json::json_type::string) {
      fail_form("`x` holds text, which looks like shakespeare data");
    }
    read_sample(expect(value.get_array(), "the sample is not an array"), pixels);
    ++index_;
  }
  part_ = nullptr;
  return pixels.take();
}

void LeafReader::read_sample(json::array sample, Pixels& pixels) {
  std::size_t values = 0;
  for (auto element : sample) {
    json::value value = element.value();
    double pixel = 0;
    if (value.get_double().get(pixel)) fail_pixel(value);
    if (values < sample_.size()) {
      if (!(pixel >= 0.0 && pixel <= 1.0)) fail_pixel(value);
      sample_[values] = pixel;
    }
    ++values;
  }
  if (values != sample_.size()) {
    fail_form("the sample has " + std::to_string(values) + " values instead of " +
              std::to_string(sample_.size()));
  }
  pixels.add(sample_);
}

void LeafReader::fail_pixel(json::value value) {
  const std::string_view raw = value.raw_json_token();
  const std::string token = printable(raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1), 24);
  if (token.starts_with('"')) fail_form("the sample holds text, which looks like sent140 data");
  fail("the pixel " + token + " is not a number from 0 to 1",
       "scale grey values to 0..1, and drop samples with NaN or infinite values");
}

std::vector<std::int32_t> LeafReader::read_labels(json::array labels) {
  std::vector<std::int32_t> read;
  part_ = "label";
  index_ = 0;
  for (auto element : labels) {
    const double label = expect(element.get_double(), "the label is not a number");
    if (!(label >= 0 && label < form_.classes && label == std::floor(label))) {
      fail_form("the label is not a whole number from 0 to " + std::to_string(form_.classes - 1));
    }
    read.push_back(static_cast<std::int32_t>(label));
    ++index_;
  }
  part_ = nullptr;
  return read;
}

void LeafReader::check_lengths(const Client& client, bool has_samples, bool has_labels) {
  if (!has_samples) fail_form("the user has no `x`");
  if (!has_labels) fail_form("the user has no `y`");
  const std::size_t values = std::visit([](const auto& all) { return all.size(); }, client.features);
  const std::size_t samples = values / form_.width;
  if (samples != client.labels.size()) {
    fail("`x` has " + std::to_string(samples) + " samples, but `y` has " +
             std::to_string(client.labels.size()),
         "give every sample one label");
  }
}

/// A user of `users` without data means that data are missing. The reverse is read as LEAF's own reader
/// does: it takes the keys of `user_data`.
void LeafReader::check_listed_users() {
  for (const std::string& user : listed_) {
    if (index_of_.contains(user)) continue;
    user_ = user;
    fail("the user is listed in `users` but has no entry in `user_data`",
         "write the file again, or remove the user from `users`");
  }
}

void LeafReader::unify_features() {
  const auto holds_floats = [](const Client& client) { return client.features.index() == 1; };
  if (std::none_of(clients_.begin(), clients_.end(), holds_floats)) return;
  for (Client& client : clients_) client.features = to_floats(std::move(client.features));
}

}  // namespace

std::vector<Client> read_leaf_file(const fs::path& file, const SampleForm& form) {
  return LeafReader(file, form).read();
}

}  // namespace fedmeta::data
