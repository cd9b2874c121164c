#include "data/gunzip.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace fedmeta::data {
namespace {

constexpr std::size_t packed_bytes = std::size_t{1} << 17;
constexpr int gzip_only = 16 + MAX_WBITS;
constexpr std::uint64_t harmless_bytes = std::uint64_t{64} << 20;
constexpr std::uint64_t largest_ratio = 200;

}  // namespace

Gunzip::Gunzip(std::function<std::size_t(char*, std::size_t)> read)
    : read_(std::move(read)), packed_(packed_bytes) {
  if (inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() {
  inflateEnd(&stream_);
}

bool Gunzip::refill() {
  if (stream_.avail_in > 0) return true;
  const auto count = read_(packed_.data(), packed_.size());
  stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
  stream_.avail_in = static_cast<uInt>(count);
  bytes_in_ += count;
  return count > 0;
}

/// Goes to the next member. Zeros may follow the last member, as on tapes.
bool Gunzip::next_member() {
  while (refill()) {
    if (*stream_.next_in != 0) {
      between_members_ = false;
      inflateReset(&stream_);
      return true;
    }
    ++stream_.next_in;
    --stream_.avail_in;
  }
  return false;
}

std::size_t Gunzip::read(char* to, std::size_t most) {
  most = std::min<std::size_t>(most, std::numeric_limits<uInt>::max());
  stream_.next_out = reinterpret_cast<Bytef*>(to);
  stream_.avail_out = static_cast<uInt>(most);
  while (stream_.avail_out > 0) {
    if (between_members_ && !next_member()) break;
    if (!refill()) throw GunzipProblem("the gzip'd file is cut short");
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_OK && result != Z_STREAM_END) throw GunzipProblem("the gzip'd file is damaged");
    between_members_ = result == Z_STREAM_END;
  }
  const auto count = most - stream_.avail_out;
  bytes_out_ += count;
  if (bytes_out_ > harmless_bytes && bytes_out_ / largest_ratio > bytes_in_)
    throw GunzipProblem("the gzip'd file unpacks to more than 200 times its size");
  return count;
}

}  // namespace fedmeta::data
