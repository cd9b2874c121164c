// Changes what a gzip'd input unpacks to, since changes of packed bytes hardly ever pass its checksum.

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "data/packed.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

namespace {

/// Returns what the bytes unpack to, up to `most` bytes; what they are if they are not gzip'd.
std::string unpacked(const std::uint8_t* bytes, std::size_t size, std::size_t most) {
  std::string text(most, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return "";
  stream.next_in = const_cast<Bytef*>(bytes);
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(most);
  const int result = inflate(&stream, Z_FINISH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  if (result == Z_DATA_ERROR && text.empty()) return {reinterpret_cast<const char*>(bytes), size};
  return text;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size, std::size_t most,
                                               unsigned seed) {
  if (seed % 8 == 0) return LLVMFuzzerMutate(bytes, size, most);
  auto text = unpacked(bytes, size, most);
  const auto length = text.size();
  text.resize(most);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), length, most));
  const auto packed = fedmeta::test::packed(text);
  if (packed.size() > most) return LLVMFuzzerMutate(bytes, size, most);
  std::memcpy(bytes, packed.data(), packed.size());
  return packed.size();
}
