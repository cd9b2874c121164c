#include "record/checkpoint.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/file_advice.hpp"
#include "base/input_file.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view opening_mark = "fedmeta checkpoint\n";
constexpr std::uint32_t version = 1;
constexpr std::size_t piece = std::size_t{1} << 20;
constexpr std::uint32_t longest_name = 4096, most_axes = 16;

/// What stands before each value, then its name and its lengths.
struct Entry {
  std::uint32_t name_bytes, type, axes, reserved;
  std::uint64_t bytes;
};

fs::path beside(const fs::path& output, const char* ending) {
  return output.string() + ending;
}

int close_file(std::FILE* file) {
  return std::fclose(file);
}

/// Makes a rename last. Best effort: some file systems sync no folders.
void synchronise_folder(const fs::path& path) {
  const auto folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

/// Gives the checkpoint a second name, or where the file system has no such links, another one.
void keep_previous(const fs::path& path, const fs::path& previous) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  fs::remove(previous, error);
  fs::create_hard_link(path, previous, error);
  if (error) fs::rename(path, previous, error);
}

}  // namespace

fs::path checkpoint_of(const fs::path& output) {
  return beside(output, ".ckpt");
}

fs::path previous_checkpoint_of(const fs::path& output) {
  return beside(output, ".ckpt.previous");
}

void remove_checkpoints(const fs::path& output) {
  std::error_code ignored;
  for (const char* ending : {".ckpt.new", ".ckpt.previous", ".ckpt"})
    fs::remove(beside(output, ending), ignored);
}

CheckpointWriter::CheckpointWriter(const fs::path& output)
    : output_(output),
      unfinished_(beside(output, ".ckpt.new")),
      file_(std::fopen(unfinished_.c_str(), "wbe"), close_file),
      hash_(XXH3_createState(), [](XXH3_state_s* state) { XXH3_freeState(state); }) {
  if (!file_) fail(errno);
  XXH3_64bits_reset(hash_.get());
  put(opening_mark.data(), opening_mark.size());
  put(&version, sizeof version);
}

CheckpointWriter::~CheckpointWriter() {
  if (!file_) return;
  file_.reset();
  std::error_code ignored;
  fs::remove(unfinished_, ignored);
}

void CheckpointWriter::fail(int reason) const {
  throw Error(Status::own_file, "cannot write the checkpoint: " + std::generic_category().message(reason),
              unfinished_.string(), advice_on_writing(reason, "--output"));
}

void CheckpointWriter::put(const void* data, std::size_t bytes) {
  XXH3_64bits_update(hash_.get(), data, bytes);
  if (bytes > 0 && std::fwrite(data, 1, bytes, file_.get()) != bytes) fail(errno);
}

void CheckpointWriter::begin(const std::string& name, ValueType type, const std::vector<std::int64_t>& shape,
                             std::uint64_t bytes) {
  const Entry entry{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(type),
                    static_cast<std::uint32_t>(shape.size()), 0, bytes};
  put(&entry, sizeof entry);
  put(name.data(), name.size());
  put(shape.data(), shape.size() * sizeof(std::int64_t));
}

void CheckpointWriter::add(const std::string& name, ValueType type, const std::vector<std::int64_t>& shape,
                           std::span<const std::byte> values) {
  begin(name, type, shape, values.size());
  put(values.data(), values.size());
}

void CheckpointWriter::add(const std::string& name, std::int64_t number) {
  add(name, ValueType::i64, {}, std::as_bytes(std::span(&number, 1)));
}

void CheckpointWriter::add(const std::string& name, double number) {
  add(name, ValueType::f64, {}, std::as_bytes(std::span(&number, 1)));
}

void CheckpointWriter::add(const std::string& name, const std::string& text) {
  add(name, ValueType::bytes, {static_cast<std::int64_t>(text.size())}, std::as_bytes(std::span(text)));
}

void CheckpointWriter::add_file(const std::string& name, int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) fail(errno);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  begin(name, ValueType::bytes, {static_cast<std::int64_t>(bytes)}, bytes);
  std::vector<std::byte> part(std::min<std::uint64_t>(piece, bytes));
  for (std::uint64_t at = 0; at < bytes;) {
    const auto wanted = std::min<std::uint64_t>(part.size(), bytes - at);
    const auto count = ::pread(descriptor, part.data(), wanted, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail(count < 0 ? errno : EIO);
    put(part.data(), static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
}

void CheckpointWriter::publish() {
  const Entry end{};
  put(&end, sizeof end);
  const std::uint64_t hash = XXH3_64bits_digest(hash_.get());
  put(&hash, sizeof hash);
  if (std::fflush(file_.get()) != 0 || ::fsync(fileno(file_.get())) != 0) fail(errno);
  if (std::fclose(file_.release()) != 0) fail(errno);
  const auto path = checkpoint_of(output_);
  keep_previous(path, previous_checkpoint_of(output_));
  if (std::rename(unfinished_.c_str(), path.c_str()) != 0) fail(errno);
  synchronise_folder(path);
}

CheckpointReader::CheckpointReader(const fs::path& output)
    : path_(checkpoint_of(output)), previous_(previous_checkpoint_of(output)), file_(nullptr, close_file) {
  check_regular_file(path_, Status::own_file, "leave out --resume to start from the beginning");
  file_.reset(std::fopen(path_.c_str(), "rbe"));
  if (!file_)
    throw Error(Status::own_file, "cannot read the checkpoint: " + std::generic_category().message(errno),
                path_.string(), advice_on_reading(errno));
  check_mark();
  check_hash();
  read_index();
}

void CheckpointReader::fail(const std::string& what) const {
  std::error_code ignored;
  const auto remedy = fs::exists(previous_, ignored)
                          ? "go on from the one before it: mv " + previous_.string() + " " + path_.string()
                          : "delete it and start from the beginning: there is none before it";
  throw Error(Status::own_file, what, path_.string(), remedy);
}

void CheckpointReader::get(void* data, std::size_t bytes, std::uint64_t offset) const {
  if (::fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) != 0 ||
      std::fread(data, 1, bytes, file_.get()) != bytes)
    fail("the checkpoint is damaged");
}

void CheckpointReader::check_mark() {
  struct stat status = {};
  if (::fstat(fileno(file_.get()), &status) != 0) fail("the checkpoint is damaged");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::array<char, opening_mark.size()> first{};
  std::uint32_t written_version = 0;
  std::uint64_t hash = 0;
  if (size < first.size() + sizeof written_version + sizeof(Entry) + sizeof hash)
    fail("the checkpoint is too short");
  end_ = size - sizeof hash;
  get(first.data(), first.size(), 0);
  if (std::string_view(first.data(), first.size()) != opening_mark) fail("this is not a checkpoint");
  get(&written_version, sizeof written_version, first.size());
  if (written_version != version)
    fail("the checkpoint has the format " + std::to_string(written_version) + ", this program knows " +
         std::to_string(version));
}

void CheckpointReader::check_hash() const {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::vector<std::byte> part(std::min<std::uint64_t>(piece, end_));
  for (std::uint64_t at = 0; at < end_; at += part.size()) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(part.size(), end_ - at));
    get(part.data(), count, at);
    XXH3_64bits_update(state.get(), part.data(), count);
  }
  std::uint64_t hash = 0;
  get(&hash, sizeof hash, end_);
  if (hash != XXH3_64bits_digest(state.get())) fail("the checkpoint is damaged: its checksum is wrong");
}

void CheckpointReader::read_index() {
  std::uint64_t at = opening_mark.size() + sizeof version;
  for (;;) {
    Entry entry{};
    if (at + sizeof entry > end_) fail("the checkpoint is damaged");
    get(&entry, sizeof entry, at);
    at += sizeof entry;
    if (entry.name_bytes == 0) return;
    if (entry.name_bytes > longest_name || entry.axes > most_axes) fail("the checkpoint is damaged");
    std::string name(entry.name_bytes, '\0');
    get(name.data(), name.size(), at);
    at += name.size();
    StoredValue value{static_cast<ValueType>(entry.type), std::vector<std::int64_t>(entry.axes), 0,
                      entry.bytes};
    get(value.shape.data(), value.shape.size() * sizeof(std::int64_t), at);
    at += value.shape.size() * sizeof(std::int64_t);
    if (at > end_ || entry.bytes > end_ - at) fail("the checkpoint is damaged");
    value.offset = at;
    at += entry.bytes;
    values_[name] = std::move(value);
  }
}

std::vector<std::byte> CheckpointReader::bytes(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) fail("the checkpoint does not hold " + name);
  std::vector<std::byte> values(found->second.bytes);
  get(values.data(), values.size(), found->second.offset);
  return values;
}

template <class T>
T CheckpointReader::scalar(const std::string& name, ValueType type) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.type != type || found->second.bytes != sizeof(T))
    fail("the checkpoint does not hold " + name);
  T value{};
  get(&value, sizeof value, found->second.offset);
  return value;
}

std::int64_t CheckpointReader::number(const std::string& name) const {
  return scalar<std::int64_t>(name, ValueType::i64);
}

double CheckpointReader::real(const std::string& name) const {
  return scalar<double>(name, ValueType::f64);
}

std::string CheckpointReader::text(const std::string& name) const {
  const auto values = bytes(name);
  return {reinterpret_cast<const char*>(values.data()), values.size()};
}

}  // namespace fedmeta::record
