// Unpacks gzip (RFC 1952) while its bytes arrive. For this room only.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace fedmeta::data {

/// A fault of the packed bytes, to be reported by the caller, who knows the name of the file.
class GunzipProblem : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Gunzip {
 public:
  /// `read(to, most)` returns the number of packed bytes that it wrote to `to`, 0 at the end.
  explicit Gunzip(std::function<std::size_t(char*, std::size_t)> read);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// Writes at most `most` unpacked bytes to `to`. Returns their number, 0 at the end of the last member.
  /// Throws GunzipProblem for damaged or truncated input, and if more than 64 MiB unpack to over 200 times
  /// their packed size: for LEAF's files the factor is 20, for a gzip bomb 1,000.
  std::size_t read(char* to, std::size_t most);

 private:
  bool refill();
  bool next_member();

  std::function<std::size_t(char*, std::size_t)> read_;
  std::vector<char> packed_;
  z_stream stream_{};
  std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
  bool between_members_ = false;
};

}  // namespace fedmeta::data
