// Checkpoints: values by name in one file, whole or not there at all.
//
// FILE.ckpt is written as FILE.ckpt.new, synced to disk and then renamed. The one before stays as
// FILE.ckpt.previous. The file begins with a mark and the format's version, and ends with the XXH3 hash of
// all bytes before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct XXH3_state_s;

namespace fedmeta::record {

enum class ValueType : std::uint32_t { bytes, f32, f64, i64 };

/// Returns OUTPUT.ckpt.
std::filesystem::path checkpoint_of(const std::filesystem::path& output);
/// Returns OUTPUT.ckpt.previous.
std::filesystem::path previous_checkpoint_of(const std::filesystem::path& output);
/// Deletes both, where they are, and what a killed program left.
void remove_checkpoints(const std::filesystem::path& output);

/// Writes the checkpoint of a results file. All functions throw Error(own_file). Without publish() nothing is
/// left, and the checkpoints from before are as they were.
class CheckpointWriter {
 public:
  explicit CheckpointWriter(const std::filesystem::path& output);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// Adds an array, row-major.
  void add(const std::string& name, ValueType type, const std::vector<std::int64_t>& shape,
           std::span<const std::byte> values);
  void add(const std::string& name, std::int64_t number);
  void add(const std::string& name, double number);
  void add(const std::string& name, const std::string& text);
  /// Adds the whole content of an open file.
  void add_file(const std::string& name, int descriptor);
  /// Gives the file its name.
  void publish();

 private:
  void begin(const std::string& name, ValueType type, const std::vector<std::int64_t>& shape,
             std::uint64_t bytes);
  void put(const void* data, std::size_t bytes);
  [[noreturn]] void fail(int reason) const;

  std::filesystem::path output_, unfinished_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::unique_ptr<XXH3_state_s, void (*)(XXH3_state_s*)> hash_;
};

/// An array of a checkpoint.
struct StoredValue {
  ValueType type = ValueType::bytes;
  std::vector<std::int64_t> shape;
  std::uint64_t offset = 0;  ///< in the file
  std::uint64_t bytes = 0;
};

/// Reads a checkpoint.
class CheckpointReader {
 public:
  /// Reads the whole file once. Throws Error(own_file) where it is damaged, not a checkpoint or of a later
  /// version; what to do then names the checkpoint before it, where there is one.
  explicit CheckpointReader(const std::filesystem::path& output);

  const std::map<std::string, StoredValue>& values() const { return values_; }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// Throw Error(own_file) where there is no value of this name and type.
  std::vector<std::byte> bytes(const std::string& name) const;
  std::int64_t number(const std::string& name) const;
  double real(const std::string& name) const;
  std::string text(const std::string& name) const;

 private:
  void check_mark();
  void check_hash() const;
  void read_index();
  void get(void* data, std::size_t bytes, std::uint64_t offset) const;
  template <class T>
  T scalar(const std::string& name, ValueType type) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_, previous_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::uint64_t end_ = 0;  ///< of the values: where the hash is
  std::map<std::string, StoredValue> values_;
};

}  // namespace fedmeta::record
