#include "kernels/group_pooling.hpp"

#include <ATen/ATen.h>

#include "cuda/arrays.hpp"
#include "cuda/pooled_rows.hpp"

namespace fedmeta::cuda {
namespace {

using kernels::PooledGroup;

/// Of a tensor [G, n, h / 2, w / 2, c].
Windows windows_of(const at::Tensor& pooled) {
  return {pooled.size(0), pooled.size(1) * pooled.size(2) * pooled.size(3), pooled.size(4)};
}

/// Memory for images' columns.
at::Tensor columns_of(const at::Tensor& like, const Images& images, std::int64_t k) {
  const auto clients = like.size(0), rows = like.size(1) * images.height * images.width;
  return at::empty({clients, rows, k * k * images.channels}, like.options());
}

const std::uint8_t* sources_of(const at::Tensor& source) {
  return source.const_data_ptr<std::uint8_t>();
}

/// The source is a byte a value, [G, n, h / 2, w / 2, c].
class CudaGroupPooling final : public kernels::GroupPooling {
 public:
  at::Tensor columns(const at::Tensor& image, std::int64_t k) const override {
    const auto from = image.contiguous();
    const Images images{from.size(0) * from.size(1), from.size(2), from.size(3), from.size(4)};
    const auto out = columns_of(from, images, k);
    const auto* numbers = array_of(from);
    cuda::columns(numbers, images, static_cast<int>(k), array_of(out), in_fours(images.channels, {numbers}));
    return out;
  }

  PooledGroup pool(const at::Tensor& z, const at::Tensor& bias, const at::Tensor& image) const override {
    const auto shape = {z.size(0), image.size(1), image.size(2) / 2, image.size(3) / 2, z.size(2)};
    const PooledGroup out{at::empty(shape, z.options()), at::empty(shape, z.options().dtype(at::kByte))};
    TORCH_CHECK(bias.stride(1) == 1 && bias.scalar_type() == at::kFloat, "not a float32 bias");
    const auto rows = z.contiguous();
    cuda::pool(array_of(rows), bias.const_data_ptr<float>(), bias.stride(0), windows_of(out.value),
               array_of(out.value), out.source.data_ptr<std::uint8_t>(),
               in_fours(z.size(2), {array_of(rows)}));
    return out;
  }

  at::Tensor picked(const at::Tensor& rz, const at::Tensor& source) const override {
    const auto rows = rz.contiguous();
    const auto out = at::empty(source.sizes(), rz.options());
    pick(array_of(rows), sources_of(source), windows_of(out), array_of(out),
         in_fours(rz.size(2), {array_of(rows)}));
    return out;
  }

  at::Tensor before_pool(const at::Tensor& dy, const at::Tensor& source) const override {
    const auto from = dy.contiguous();
    const auto windows = windows_of(from);
    const auto out = at::empty({windows.clients, 4 * windows.windows, windows.channels}, dy.options());
    unpool(array_of(from), sources_of(source), windows, array_of(out),
           in_fours(windows.channels, {array_of(from)}));
    return out;
  }

  at::Tensor columns_before_pool(const at::Tensor& dy, const at::Tensor& source,
                                 std::int64_t k) const override {
    const auto from = dy.contiguous();
    const Images images{from.size(0) * from.size(1), 2 * from.size(2), 2 * from.size(3), from.size(4)};
    const auto out = columns_of(from, images, k);
    cuda::columns_before_pool(array_of(from), sources_of(source), images, static_cast<int>(k), array_of(out),
                              in_fours(images.channels, {array_of(from)}));
    return out;
  }
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::kernels::GroupPooling* fedmeta_make_group_pooling() {
  return new fedmeta::cuda::CudaGroupPooling;
}
