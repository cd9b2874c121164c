#include "cuda/pooled_rows.cuh"

#include "cuda/for_each.cuh"

namespace fedmeta::cuda {
namespace {

/// Calls work(lanes) with what it can be compiled for.
template <class Work>
void with_lanes(bool in_fours, Work work) {
  if (in_fours)
    work(std::integral_constant<int, 4>());
  else
    work(std::integral_constant<int, 1>());
}

template <int lanes, class Order, class Read>
void write_columns(const Images& images, int k, Read read_pixel, float* out) {
  const auto numbers = k * k * images.channels;
  for_each({images.count, images.height * images.width, numbers / lanes},
           WriteColumns<lanes, Order, Read>{images, k, read_pixel, out}, /*rows_a_thread=*/4);
}

}  // namespace

void columns(const float* image, Images images, int k, float* out, bool in_fours) {
  with_lanes(in_fours,
             [&](auto lanes) { write_columns<lanes(), ByWindow>(images, k, Plain<lanes()>{image}, out); });
}

void columns_before_pool(const float* dy, const std::uint8_t* source, Images images, int k, float* out,
                         bool in_fours) {
  with_lanes(in_fours, [&](auto lanes) {
    write_columns<lanes(), RowByRow>(images, k, BeforePool<lanes()>{dy, source}, out);
  });
}

void pool(const float* z, const float* bias, std::int64_t bias_stride, Windows windows, float* value,
          std::uint8_t* source, bool in_fours) {
  with_lanes(in_fours, [&](auto lanes) {
    for_each({windows.clients, windows.windows, windows.channels / lanes()},
             Pool<lanes()>{windows, z, bias, bias_stride, value, source});
  });
}

void pick(const float* rz, const std::uint8_t* source, Windows windows, float* value, bool in_fours) {
  with_lanes(in_fours, [&](auto lanes) {
    for_each({windows.clients, windows.windows, windows.channels / lanes()},
             Pick<lanes()>{windows, rz, source, value});
  });
}

void unpool(const float* dy, const std::uint8_t* source, Windows windows, float* dz, bool in_fours) {
  with_lanes(in_fours, [&](auto lanes) {
    for_each({windows.clients, windows.windows, windows.channels / lanes()},
             Unpool<lanes()>{windows, dy, source, dz});
  });
}

}  // namespace fedmeta::cuda
