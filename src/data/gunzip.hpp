// Unpacks gzip (RFC 1952) as its bytes come in. Seen by this room alone.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace fedmeta::data {

/// What is wrong with the packed bytes, for whoever knows the file's name.
class GunzipProblem : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Gunzip {
 public:
  /// `read(to, most)` gives the next packed bytes, 0 of them at the end.
  explicit Gunzip(std::function<std::size_t(char*, std::size_t)> read);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// The next unpacked bytes, at most `most`; 0 at the end of the last member. Throws GunzipProblem for what
  /// is damaged or cut short, and for more than 64 MiB that are over 200 times their packed size: LEAF's
  /// files are 20 times theirs, a gzip bomb 1,000 times.
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
