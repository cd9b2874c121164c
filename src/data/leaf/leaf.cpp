#include "data/leaf/leaf.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/leaf/repeated_parts.hpp"
#include "data/sample_hash.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;
namespace json = simdjson::ondemand;

/// Reads one file from beginning to end and keeps the place for error messages.
class LeafReader {
 public:
  LeafReader(const fs::path& file, const std::string& dataset, LeafContent& content)
      : file_(file), dataset_(dataset), content_(content) {}

  std::vector<Client> read();

 private:
  std::string load();
  void read_document(json::document& document);
  void read_listed_users(json::array users);
  void read_user_data(json::object users);
  std::string read_name(simdjson::simdjson_result<json::field>& field);
  Client read_user(std::string_view id, json::object user);
  template <class F>
  std::size_t read_elements(json::array elements, const char* part, F read);
  void check_listed_users();
  void unify_features();

  template <class T>
  T expect(simdjson::simdjson_result<T> result, const std::string& what);
  [[noreturn]] void fail_form(const std::string& what);
  [[noreturn]] void fail(const std::string& what, const std::string& remedy, Status status = Status::input);

  const fs::path& file_;
  const std::string& dataset_;
  LeafContent& content_;
  std::vector<Client> clients_;
  std::unordered_map<std::string, std::size_t> index_of_;
  std::vector<std::string> listed_;
  RepeatedParts parts_;

  // The place of the reader.
  std::optional<std::string> user_;
  const char* part_ = nullptr;  ///< "sample" or "label"
  std::int64_t index_ = 0;      ///< index of the sample or label
};

void LeafReader::fail(const std::string& what, const std::string& remedy, Status status) {
  std::string where = file_.string();
  if (user_) where += ", user " + printable(*user_);
  if (part_) where += ", " + std::string(part_) + " " + std::to_string(index_);
  throw Error(status, what, where, remedy);
}

void LeafReader::fail_form(const std::string& what) {
  fail(what, "give LEAF JSON of " + dataset_ + ", or the --dataset that this file is of");
}

/// Returns the value if it has the right type. Otherwise fails with `what`, which says what is expected.
template <class T>
T LeafReader::expect(simdjson::simdjson_result<T> result, const std::string& what) {
  if (result.error() == simdjson::INCORRECT_TYPE) fail_form(what);
  return std::move(result).value();
}

/// Returns the text of the file, with the capacity that the parser needs.
std::string LeafReader::load() try {
  auto text = TextFile(file_).read_all(simdjson::SIMDJSON_MAXSIZE_BYTES - simdjson::SIMDJSON_PADDING,
                                       simdjson::SIMDJSON_PADDING);
  if (!text)
    fail("the file is larger than 4 GB, the most that one JSON file may have",
         "split it into several files of whole users, and put them into one folder");
  return std::move(*text);
} catch (const std::bad_alloc&) {
  fail("not enough memory to read the file",
       "split it into several files of whole users, or use a machine with more memory", Status::system);
}

std::vector<Client> LeafReader::read() {
  const std::string text = load();
  try {
    json::parser parser;
    json::document document = parser.iterate(text);
    read_document(document);
  } catch (const simdjson::simdjson_error& error) {
    if (error.error() == simdjson::MEMALLOC) {
      fail("not enough memory to parse the file", "split it into several files of whole users",
           Status::system);
    }
    if (error.error() == simdjson::UTF8_ERROR) fail("the text is not UTF-8", "write the file as UTF-8");
    if (error.error() == simdjson::STRING_ERROR)
      fail(
          "a text holds half of a pair of \\u escapes (a lone surrogate), or another escape that stands for "
          "nothing",
          "write the character itself or drop it");
    fail(std::string("not JSON, or cut short: ") + error.what(), "fetch or write the file again");
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
  for (auto element : users) {
    json::value user = element.value();
    if (user.type() == json::json_type::number) {  // Python writes the key of such a user as these digits
      const std::string_view digits = user.raw_json_token();
      listed_.emplace_back(digits.substr(0, digits.find_last_not_of(" \t\r\n") + 1));
    } else {
      listed_.emplace_back(expect(user.get_string(), "`users` holds something other than names"));
    }
  }
}

/// Reads a user's name. Names with zero bytes are refused, since C strings would cut them off.
std::string LeafReader::read_name(simdjson::simdjson_result<json::field>& field) {
  const char* raw = field.key().raw();
  user_ = std::string(raw, std::strcspn(raw, "\""));  // the raw name, until it is parsed
  auto name = std::string(std::string_view(field.unescaped_key()));
  user_ = name;
  if (name.find('\0') != std::string::npos)
    fail("a user's name holds a zero byte", "name the user otherwise");
  return name;
}

void LeafReader::read_user_data(json::object users) {
  for (auto field : users) {
    const auto name = read_name(field);
    Client client = read_user(name, expect(field.value().get_object(), "the user's data are not an object"));
    const auto [known, is_new] = index_of_.try_emplace(client.id, clients_.size());
    parts_.add(client, file_);
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
  std::optional<std::size_t> samples, labels;
  for (auto field : user) {
    const std::string_view key = field.unescaped_key();
    if (key == "x") {
      if (samples) fail("`x` is given twice", "write each key once");
      samples = read_elements(expect(field.value().get_array(), "`x` is not an array"), "sample",
                              [&](json::value x) { client.origins.push_back(content_.add_sample(x)); });
      client.features = content_.take();
    } else if (key == "y") {
      if (labels) fail("`y` is given twice", "write each key once");
      labels = read_elements(expect(field.value().get_array(), "`y` is not an array"), "label",
                             [&](json::value y) { client.labels.push_back(content_.read_label(y)); });
    }
  }
  if (!samples) fail_form("the user has no `x`");
  if (!labels) fail_form("the user has no `y`");
  if (*samples != *labels)
    fail("`x` has " + std::to_string(*samples) + " samples, but `y` has " + std::to_string(*labels),
         "give every sample one label");
  for (std::size_t i = 0; i < client.origins.size(); ++i)
    client.origins[i] = hash_pair(client.origins[i], static_cast<std::uint64_t>(client.labels[i]));
  return client;
}

/// Reads all items and returns their number. Keeps the place of the current item for error messages.
template <class F>
std::size_t LeafReader::read_elements(json::array elements, const char* part, F read) try {
  part_ = part;
  index_ = 0;
  for (auto element : elements) {
    read(element.value());
    ++index_;
  }
  part_ = nullptr;
  return static_cast<std::size_t>(index_);
} catch (const LeafProblem& problem) {
  if (problem.remedy.empty()) fail_form(problem.what);
  fail(problem.what, problem.remedy);
}

/// Fails if a user of `users` has no data, since data are then missing. Users outside that list are read,
/// like in LEAF's own reader, which takes the keys of `user_data`.
void LeafReader::check_listed_users() {
  for (const std::string& user : listed_) {
    if (index_of_.contains(user)) continue;
    user_ = user;
    fail("the user is listed in `users` but has no entry in `user_data`",
         "write the file again, or remove the user from `users`");
  }
}

/// Converts bytes to floats if any client has floats, so that all clients of a file have the same storage.
void LeafReader::unify_features() {
  const auto holds_floats = [](const Client& client) {
    return storage_of(client.features) == Storage::floats;
  };
  if (std::none_of(clients_.begin(), clients_.end(), holds_floats)) return;
  for (Client& client : clients_) client.features = to_floats(std::move(client.features));
}

}  // namespace

std::vector<Client> read_leaf_file(const fs::path& file, const std::string& dataset, LeafContent& content) {
  return LeafReader(file, dataset, content).read();
}

std::vector<Client> read_leaf_file(const fs::path& file, const SampleForm& form) {
  return read_leaf_file(file, form.dataset, *make_pixel_content(form));
}

}  // namespace fedmeta::data
