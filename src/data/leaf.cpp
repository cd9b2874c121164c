#include "data/leaf.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "data/leaf_content.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;
namespace json = simdjson::ondemand;

/// Reads one file from its beginning to its end, remembering where it is for the sake of errors.
class LeafReader {
 public:
  LeafReader(const fs::path& file, const std::string& dataset, LeafContent& content)
      : file_(file), dataset_(dataset), content_(content) {}

  std::vector<Client> read();

 private:
  simdjson::padded_string load();
  void read_document(json::document& document);
  void read_listed_users(json::array users);
  void read_user_data(json::object users);
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
  fail(what, "give LEAF JSON of " + dataset_ + ", or the --dataset that this file is of");
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
  std::optional<std::size_t> samples, labels;
  for (auto field : user) {
    const std::string_view key = field.unescaped_key();
    if (key == "x") {
      if (samples) fail("`x` is given twice", "write each key once");
      samples = read_elements(expect(field.value().get_array(), "`x` is not an array"), "sample",
                              [&](json::value x) { content_.add_sample(x); });
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
  return client;
}

/// Their number. The place of a problem is known while one of them is read.
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

/// Bytes beside floats become floats, so that all clients of a file are stored alike.
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
