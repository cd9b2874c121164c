// Recordings as CUDA graphs: one launch for hundreds of kernels, whose launching takes longer than their
// work.
#include <ATen/Functions.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include "device/plugin.hpp"

namespace fedmeta::cuda {
namespace {

class Graph final : public device::Recording {
 public:
  /// Ends a recording that was begun and failed, so that its stream can be used again.
  ~Graph() override {
    if (!recording_) return;
    try {
      graph_.capture_end();
    } catch (...) {  // the failure is known already
      static_cast<void>(cudaGetLastError());
    }
  }

  // Other threads may go on with what a recording forbids.
  void begin(at::MempoolId_t pool) {
    graph_.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
    recording_ = true;
  }
  void end() {
    recording_ = false;
    graph_.capture_end();
  }
  void replay() override { graph_.replay(); }

 private:
  at::cuda::CUDAGraph graph_;
  bool recording_ = false;
};

class GraphRecorder final : public device::Recorder {
 public:
  std::unique_ptr<device::Recording> record(const std::function<void()>& work) override {
    c10::cuda::getCurrentCUDAStream().synchronize();
    const c10::cuda::CUDAStreamGuard there(stream_);
    auto graph = std::make_unique<Graph>();
    graph->begin(pool_);
    work();
    graph->end();
    return graph;
  }

  // The pool's memory stays its own while it has a graph.
  at::Tensor kept(const at::Tensor& result) const override {
    if (!result.defined()) return result;
    return at::from_blob(result.data_ptr(), result.sizes(), result.strides(), result.options());
  }

 private:
  const at::MempoolId_t pool_ = at::cuda::graph_pool_handle();
  // The default stream cannot record. One stream for all: they never run at the same time, and share cuBLAS's
  // workspace.
  const c10::cuda::CUDAStream stream_ = c10::cuda::getStreamFromPool();
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::device::Recorder* fedmeta_make_recorder() {
  return new fedmeta::cuda::GraphRecorder;
}
