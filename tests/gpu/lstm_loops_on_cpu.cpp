// The loops of an LSTM on the CPU: the threads of a cluster take turns. None goes on before it must: between
// two meetings the whole work of one thread, and of one block, comes before that of the next, in changing
// order, so that what lacks a meeting reads what is not there yet.
#include <deque>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "cuda/lstm_loops.cuh"

namespace fedmeta::cuda {
namespace {

struct alignas(16) Four {
  float numbers[4];
};

/// The shared memory of a cluster's blocks, which begins with anything.
class SharedMemory {
 public:
  SharedMemory(int blocks, int numbers) : fours_of_block_(static_cast<std::size_t>(over(numbers, 4))) {
    constexpr auto nan = std::numeric_limits<float>::quiet_NaN();
    fours_.assign(fours_of_block_ * static_cast<std::size_t>(blocks), {{nan, nan, nan, nan}});
  }
  float* of(int block) { return fours_[fours_of_block_ * static_cast<std::size_t>(block)].numbers; }

 private:
  std::size_t fours_of_block_;
  std::vector<Four> fours_;
};

struct Seat {
  int client_, block_, thread_;
  SharedMemory* memory;

  int client() const { return client_; }
  int block() const { return block_; }
  int thread() const { return thread_; }
  float* shared() const { return memory->of(block_); }
  float* shared_of(int block) const { return memory->of(block); }
};

template <class Thread>
class Team {
 public:
  Team(const LstmLoop& loop, int client, int numbers)
      : memory_(loop.plan.blocks, numbers), blocks_(loop.plan.blocks) {
    for (int block = 0; block < blocks_; ++block)
      for (int thread = 0; thread < threads_of_block; ++thread)
        threads_.emplace_back(loop, Seat{client, block, thread, &memory_});
  }

  template <class Phase>
  void each(const Phase& phase) {
    work_.back().push_back(phase);
  }
  void meet() { work_.emplace_back(); }
  void arrive() { meet(); }
  void wait() {
    const bool backwards = orders_() % 2 == 0;
    const auto turn = [&](int i, int count) {
      return static_cast<std::size_t>(backwards ? count - 1 - i : i);
    };
    for (int b = 0; b < blocks_; ++b)
      for (const auto& phases : work_)
        for (int i = 0; i < threads_of_block; ++i)
          for (const auto& phase : phases)
            phase(threads_[turn(b, blocks_) * threads_of_block + turn(i, threads_of_block)]);
    work_.assign(1, {});
  }

 private:
  SharedMemory memory_;
  const int blocks_;
  std::deque<Thread> threads_;
  std::vector<std::vector<std::function<void(Thread&)>>> work_{1};  ///< before each meeting of a block
  std::minstd_rand orders_;
};

template <class Cell>
void forward(const LstmArrays& arrays, const RecurrentWeight& weight) {
  const auto plan = LstmLoopPlan::of(arrays);
  const LstmLoop loop{arrays, weight, plan, plan.forward()};
  for (int client = 0; client < arrays.clients; ++client) {
    Team<LstmForwardThread<Cell, Seat>> team(loop, client, plan.forward_numbers());
    run_forward(team, static_cast<int>(arrays.length));
    team.wait();
  }
}

template <class Cell>
void backward(const LstmArrays& arrays, const RecurrentWeight& weight) {
  const auto plan = LstmLoopPlan::of(arrays);
  const LstmLoop loop{arrays, weight, plan, plan.backward()};
  for (int client = 0; client < arrays.clients; ++client) {
    Team<LstmBackwardThread<Cell, Seat>> team(loop, client, plan.backward_numbers());
    run_backward(team, static_cast<int>(arrays.length));
    team.wait();
  }
}

}  // namespace

std::size_t lstm_loop_memory() {
  return 227 * 1024;  // an H100's
}

void lstm_forward_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  forward<LstmForwardCell>(arrays, weight);
}
void lstm_backward_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  backward<LstmBackwardCell>(arrays, weight);
}
void lstm_forward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  forward<LstmForwardAlongCell>(arrays, weight);
}
void lstm_backward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight) {
  backward<LstmBackwardAlongCell>(arrays, weight);
}

}  // namespace fedmeta::cuda
