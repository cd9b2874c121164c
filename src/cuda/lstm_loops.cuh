// What a thread of lstm_loops.hpp does, in phases between which its block or its cluster meets.
//
// A Seat says where a thread is: client(), block() in the client's cluster, thread() in the block; shared()
// is the block's shared memory, shared_of(block) that of another.
#pragma once

#include "cuda/lstm_cells.cuh"
#include "cuda/lstm_loops.hpp"
#include "cuda/register_product.cuh"

namespace fedmeta::cuda {

struct LstmLoop {
  LstmArrays arrays;
  RecurrentWeight weight;
  LstmLoopPlan plan;
  ProductShape shape;
};

/// What both directions share.
template <class Cell, class Seat>
class LstmLoopThread {
 public:
  FEDMETA_ON_BOTH LstmLoopThread(const LstmLoop& loop, const Seat& seat)
      : loop_(loop), seat_(seat), first_unit_(seat.block() * loop.plan.units), own_(cell(seat.thread())) {}

  /// The block's rows of W into shared memory, gate by gate; and zeros to what the products read.
  FEDMETA_ON_BOTH void fetch_weight(int zeros) const {
    const auto& plan = loop_.plan;
    const float* weight = loop_.weight.values + seat_.client() * loop_.weight.stride;
    for (int row = seat_.thread() / threads_of_warp; row < 4 * plan.units; row += warps_of_block) {
      const int gate = row / plan.units, unit = first_unit_ + row % plan.units;
      const float* from = weight + (gate * plan.hidden + unit) * plan.hidden;
      FEDMETA_UNROLL_BY(8)
      for (int k = seat_.thread() % threads_of_warp; k < plan.hidden; k += threads_of_warp)
        seat_.shared()[row * plan.row_of_weight() + k] = unit < plan.hidden ? from[k] : 0.0f;
    }
    for (int i = seat_.thread(); i < zeros; i += threads_of_block) exchanged()[i] = 0.0f;
  }

  // A thread has one cell in most shapes. What this cell needs is read long before finish(t) needs it, and
  // what comes of it is written when others no longer wait for it.

  FEDMETA_ON_BOTH void read(int t) {
    if (exists(own_)) inputs_ = Cell::read(loop_.arrays, place(t, own_));
  }
  FEDMETA_ON_BOTH void write(int t) const {
    if (exists(own_)) write_at(place(t, own_), inputs_, outputs_);
  }

 protected:
  struct OwnedCell {
    int row, unit;
  };

  /// Of those of the block.
  FEDMETA_ON_BOTH OwnedCell cell(int index) const {
    return {index / loop_.plan.units, index % loop_.plan.units};
  }
  FEDMETA_ON_BOTH bool exists(const OwnedCell& cell) const {
    return cell.row < loop_.plan.rows && first_unit_ + cell.unit < loop_.plan.hidden;
  }
  FEDMETA_ON_BOTH LstmPlace place(int t, const OwnedCell& cell) const {
    return {loop_.arrays, t, seat_.client(), cell.row, first_unit_ + cell.unit};
  }
  /// The weight of a gate, as forward() and backward() of the plan count them.
  FEDMETA_ON_BOTH float weight(int gate, int unit) const {
    const auto& plan = loop_.plan;
    return seat_.shared()[(gate % 4 * plan.units + gate / 4) * plan.row_of_weight() + unit];
  }
  FEDMETA_ON_BOTH float* sums() const { return seat_.shared(); }
  FEDMETA_ON_BOTH float* exchanged() const { return seat_.shared() + loop_.plan.sums(loop_.shape); }
  FEDMETA_ON_BOTH float* exchanged_of(int block) const {
    return seat_.shared_of(block) + loop_.plan.sums(loop_.shape);
  }

  /// finish(cell, place, inputs, outputs) for each of the thread's cells.
  template <class Finish>
  FEDMETA_ON_BOTH void for_cells(int t, const Finish& finish) {
    if (exists(own_)) finish(own_, place(t, own_), inputs_, outputs_);
    for (int i = seat_.thread() + threads_of_block; i < loop_.plan.rows * loop_.plan.units;
         i += threads_of_block) {
      const auto other = cell(i);
      if (!exists(other)) continue;
      const auto p = place(t, other);
      auto inputs = Cell::read(loop_.arrays, p);
      typename Cell::Outputs outputs;
      finish(other, p, inputs, outputs);
      write_at(p, inputs, outputs);
    }
  }

  const LstmLoop& loop_;
  const Seat seat_;
  RegisterProduct product_;

 private:
  FEDMETA_ON_BOTH void write_at(const LstmPlace& p, const typename Cell::Inputs& inputs,
                                const typename Cell::Outputs& outputs) const {
    Cell::write_sum(loop_.arrays, p, inputs);
    Cell::write(loop_.arrays, p, outputs);
  }

  const int first_unit_;
  const OwnedCell own_;
  typename Cell::Inputs inputs_;
  typename Cell::Outputs outputs_;
};

/// Forward, first step to last: blocks exchange h.
template <class Cell, class Seat>
class LstmForwardThread : LstmLoopThread<Cell, Seat> {
  using Base = LstmLoopThread<Cell, Seat>;
  using Base::loop_, Base::seat_, Base::product_;

 public:
  using Base::Base, Base::read, Base::write;

  FEDMETA_ON_BOTH void fetch_weight() const { Base::fetch_weight(2 * loop_.plan.rows * loop_.shape.width()); }
  FEDMETA_ON_BOTH void keep_weight() {
    product_.keep(loop_.shape, seat_.thread(),
                  [this](int term, int output) { return this->weight(output, term); });
  }
  /// h of the step before, times W'.
  FEDMETA_ON_BOTH void multiply(int t) const {
    product_.multiply(loop_.shape, this->exchanged() + h(t - 1, 0, 0), loop_.plan.rows, this->sums());
  }
  FEDMETA_ON_BOTH void finish(int t) {
    const auto& plan = loop_.plan;
    this->for_cells(t, [&](const auto& cell, const LstmPlace& p, auto& inputs, auto& outputs) {
      if (t > 0) {
        const auto y = total<4>(loop_.shape, this->sums(), plan.rows, cell.row, 4 * cell.unit);
        Cell::add(Gates(y.at[0], y.at[1], y.at[2], y.at[3]), inputs);
      }
      outputs = Cell::compute(inputs);
      if (p.is_last) return;  // blocks may have ended
      const int to = h(t, cell.row, seat_.block() * plan.units + cell.unit);
      for (int block = 0; block < plan.blocks; ++block)
        this->exchanged_of(block)[to] = outputs.to_neighbour();
    });
  }

 private:
  /// Where h lies among what is exchanged: [2, rows, width].
  FEDMETA_ON_BOTH int h(int t, int row, int unit) const {
    return (t % 2 * loop_.plan.rows + row) * loop_.shape.width() + unit;
  }
};

/// Backward, last step to first: blocks exchange parts of dh.
template <class Cell, class Seat>
class LstmBackwardThread : LstmLoopThread<Cell, Seat> {
  using Base = LstmLoopThread<Cell, Seat>;
  using Base::loop_, Base::seat_, Base::product_;

 public:
  using Base::Base, Base::read, Base::write;

  FEDMETA_ON_BOTH void fetch_weight() const { Base::fetch_weight(loop_.plan.rows * loop_.shape.width()); }
  FEDMETA_ON_BOTH void keep_weight() {
    product_.keep(loop_.shape, seat_.thread(),
                  [this](int term, int output) { return this->weight(term, output); });
  }
  /// da of the step after, times W.
  FEDMETA_ON_BOTH void multiply() const {
    product_.multiply(loop_.shape, this->exchanged(), loop_.plan.rows, this->sums());
  }
  /// The products to those who own the units.
  FEDMETA_ON_BOTH void send(int t) const {
    const auto& plan = loop_.plan;
    const int columns = loop_.shape.columns(), unit = seat_.thread() % columns;
    if (unit >= plan.hidden) return;
    float* to = this->exchanged_of(unit / plan.units) + part(t, seat_.block(), 0, unit % plan.units);
    for (int row = seat_.thread() / columns; row < plan.rows; row += threads_of_block / columns)
      to[row * plan.units] = total<1>(loop_.shape, this->sums(), plan.rows, row, unit).at[0];
  }
  FEDMETA_ON_BOTH void finish(int t) {
    const auto& plan = loop_.plan;
    this->for_cells(t, [&](const auto& cell, const LstmPlace& p, auto& inputs, auto& outputs) {
      if (!p.is_last) {
        float sum = 0;
        for (int block = 0; block < plan.blocks; ++block)
          sum += this->exchanged()[part(t, block, cell.row, cell.unit)];
        Cell::add(sum, inputs);
      }
      outputs = Cell::compute(inputs);
      const Gates da = outputs.to_neighbour();
      cuda::write(Floats<4>{{da.i, da.f, da.g, da.o}}, this->exchanged(),
                  cell.row * loop_.shape.width() + 4 * cell.unit);
    });
  }

 private:
  /// Where a block's part of a dh lies, behind da [rows, width]: [2, blocks, rows, units].
  FEDMETA_ON_BOTH int part(int t, int block, int row, int unit) const {
    const auto& plan = loop_.plan;
    return plan.rows * loop_.shape.width() + ((t % 2 * plan.blocks + block) * plan.rows + row) * plan.units +
           unit;
  }
};

// A Team is all threads that a caller speaks for: each(f) calls f(thread); at meet() those of a block wait
// for each other. What has been done before arrive() is there for the whole cluster after the following
// wait().

template <class Team>
FEDMETA_ON_BOTH void take_weight(Team& team) {
  team.each([](auto& thread) { thread.fetch_weight(); });
  team.meet();
  team.each([](auto& thread) { thread.keep_weight(); });
  team.arrive();
  team.wait();  // also before the first exchange: all blocks have begun
}

// An arrival waits until what was written is there, which takes longer for global memory than for the
// cluster's: the former is written after it.

template <class Team>
FEDMETA_ON_BOTH void run_forward(Team& team, int length) {
  take_weight(team);
  team.each([](auto& thread) { thread.read(0); });
  for (int t = 0; t < length; ++t) {
    if (t > 0) {
      team.each([t](auto& thread) { thread.multiply(t); });
      team.meet();
    }
    team.each([t](auto& thread) { thread.finish(t); });
    const bool is_last = t + 1 == length;
    if (!is_last) team.arrive();
    team.each([t, is_last](auto& thread) {
      thread.write(t);
      if (!is_last) thread.read(t + 1);
    });
    if (!is_last) team.wait();
  }
}

template <class Team>
FEDMETA_ON_BOTH void run_backward(Team& team, int length) {
  take_weight(team);
  team.each([length](auto& thread) { thread.read(length - 1); });
  for (int t = length - 1; t >= 0; --t) {
    if (t + 1 < length) {
      team.each([](auto& thread) { thread.multiply(); });
      team.meet();
      team.each([t](auto& thread) { thread.send(t); });
      team.arrive();
      team.wait();
    }
    team.each([t](auto& thread) { thread.finish(t); });
    team.meet();
    team.each([t](auto& thread) {
      thread.write(t);
      if (t > 0) thread.read(t - 1);
    });
  }
}

}  // namespace fedmeta::cuda
