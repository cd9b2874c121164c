// Recordings as CUDA graphs: one launch for hundreds of kernels, whose launching takes longer than their
// work.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include <optional>

#include "device/plugin.hpp"

namespace fedmeta::cuda {
namespace {

class Graph final : public device::Recording {
 public:
  at::cuda::CUDAGraph& graph() { return graph_; }
  void replay() override { graph_.replay(); }

 private:
  at::cuda::CUDAGraph graph_;
};

// A graph cannot be recorded on the default stream. All are recorded on one other, so that they share
// cuBLAS's workspace, too: they never run at the same time.
class GraphRecorder final : public device::Recorder {
 public:
  void begin() override {
    const auto before = c10::cuda::getCurrentCUDAStream();
    before.synchronize();
    graph_ = std::make_unique<Graph>();
    on_stream_.emplace(stream_);
    graph_->graph().capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
    recording_ = true;
  }

  std::unique_ptr<device::Recording> end() override {
    recording_ = false;
    graph_->graph().capture_end();
    on_stream_.reset();
    return std::move(graph_);
  }

  void abandon() noexcept override {
    try {
      if (recording_) graph_->graph().capture_end();
    } catch (...) {  // the failure is known already
    }
    recording_ = false;
    on_stream_.reset();
    graph_.reset();
    (void)cudaGetLastError();
  }

 private:
  const at::MempoolId_t pool_ = at::cuda::graph_pool_handle();
  const c10::cuda::CUDAStream stream_ = c10::cuda::getStreamFromPool();
  std::optional<c10::cuda::CUDAStreamGuard> on_stream_;
  std::unique_ptr<Graph> graph_;
  bool recording_ = false;
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::device::Recorder* fedmeta_make_recorder() {
  return new fedmeta::cuda::GraphRecorder;
}
