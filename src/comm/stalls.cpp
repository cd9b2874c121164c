#include "comm/stalls.hpp"

#include <mpi.h>

#include <string>
#include <thread>
#include <vector>

#include "base/host_name.hpp"
#include "base/warning.hpp"
#include "comm/communicator.hpp"
#include "comm/session.hpp"

namespace fedmeta::comm {
namespace {

using std::chrono::duration_cast, std::chrono::seconds;

constexpr seconds time_to_answer{1};

/// What this rank knows of its neighbour, once warnings are wanted.
struct Neighbour {
  MPI_Comm comm = MPI_COMM_NULL;  ///< for questions alone
  int rank = 0;
  std::string host;
  seconds limit{0};  ///< doubled by each warning, so that a slow machine does not fill the terminal
  MPI_Request question = MPI_REQUEST_NULL;
  char nothing = 0;  ///< what a question holds
};

Neighbour& neighbour() {
  static Neighbour one;
  return one;
}

void take_questions() {
  auto& comm = neighbour().comm;
  for (int there = 0;;) {
    MPI_Status status;
    check(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm, &there, &status), "MPI_Iprobe");
    if (!there) return;
    char nothing = 0;
    check(MPI_Recv(&nothing, 1, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, comm, MPI_STATUS_IGNORE),
          "MPI_Recv");
  }
}

/// Returns whether the question has been taken. A synchronous send is complete when the receiver has begun to
/// take it: the answer needs no message.
bool is_answered() {
  int done = 0;
  check(MPI_Test(&neighbour().question, &done, MPI_STATUS_IGNORE), "MPI_Test");
  return done != 0;
}

/// A question of an earlier wait that was not taken yet serves as well.
void ask() {
  auto& of = neighbour();
  if (is_answered())
    check(MPI_Issend(&of.nothing, 1, MPI_CHAR, of.rank, 0, of.comm, &of.question), "MPI_Issend");
}

void warn(seconds waited, const std::string& where) {
  const auto& of = neighbour();
  report_warning("fedmeta_bench",
                 "rank " + std::to_string(of.rank) + " on " + of.host + " keeps the others waiting: for " +
                     std::to_string(waited.count()) + " s it has not come to",
                 where, "see whether it computes, or its machine swaps or hangs (--stall-warning)");
}

}  // namespace

void warn_of_stalls(seconds limit) {
  auto& of = neighbour();
  const auto world = Communicator::world();
  const auto hosts = world.all_gather(host_name());
  of.limit = world.size() == 1 ? seconds(0) : limit;
  of.rank = (world.rank() + world.size() - 1) % world.size();
  of.host = hosts[static_cast<std::size_t>(of.rank)];
  if (of.limit > seconds(0) && of.comm == MPI_COMM_NULL)
    check(MPI_Comm_dup(MPI_COMM_WORLD, &of.comm), "MPI_Comm_dup");
}

void take_last_questions() {
  auto& of = neighbour();
  if (of.comm == MPI_COMM_NULL) return;
  // Whoever has come here asks no more; so when all have, and their questions are answered, none is left.
  MPI_Request all_here = MPI_REQUEST_NULL;
  bool here = false;
  for (int done = 0; !done;) {
    take_questions();
    if (!here && is_answered()) {
      here = true;
      check(MPI_Ibarrier(of.comm, &all_here), "MPI_Ibarrier");
    }
    if (here) check(MPI_Test(&all_here, &done, MPI_STATUS_IGNORE), "MPI_Test");
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

void Wait::look() {
  auto& of = neighbour();
  if (of.limit == seconds(0)) return;
  take_questions();
  const auto now = Clock::now();
  if (!asked_ && now - begin_ >= of.limit) {
    asked_ = true;
    asked_at_ = now;
    ask();
  }
  if (!asked_ || decided_ || now - asked_at_ < time_to_answer) return;
  decided_ = true;
  if (is_answered()) return;
  warn(duration_cast<seconds>(now - begin_), span_.around());
  of.limit *= 2;
}

}  // namespace fedmeta::comm
