// GoogleTest's main under MPI: every rank runs every test, and a failure on any rank fails the program.
//
// The root prints as usual; other ranks print their failures alone, with their rank in front. After a fatal
// failure or an exception a rank would miss the collective calls of the others: it ends them all.
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdio>
#include <sstream>
#include <string>

#include "comm/communicator.hpp"
#include "comm/session.hpp"

namespace {

using fedmeta::comm::Communicator;

class RankListener final : public testing::EmptyTestEventListener {
 public:
  explicit RankListener(const Communicator& world) : world_(world) {}

  // Noted here: GoogleTest holds its lock while it reports a result.
  void OnTestStart(const testing::TestInfo& test) override {
    test_ = std::string(test.test_suite_name()) + '.' + test.name();
  }
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::ostringstream lines;
    lines << "rank " << world_.rank() << " of " << world_.size() << ": " << test_ << ": ";
    lines << (result.file_name() ? result.file_name() : "exception") << ':' << result.line_number() << '\n'
          << result.message() << '\n';
    std::fputs(lines.str().c_str(), stderr);
    std::fflush(nullptr);
    if (result.fatally_failed() && world_.size() > 1) fedmeta::comm::abort(1);
  }
  // Keeps the ranks' outputs in step.
  void OnTestEnd(const testing::TestInfo&) override { world_.wait_for_all(); }

 private:
  Communicator world_;
  std::string test_;
};

}  // namespace

int main(int argc, char** argv) {
  fedmeta::comm::Session session(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  const auto world = Communicator::world();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (!world.root()) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new RankListener(world));
  return world.all_max(RUN_ALL_TESTS());
}
