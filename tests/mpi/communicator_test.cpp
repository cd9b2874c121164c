#include "comm/communicator.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <numeric>
#include <thread>

#include "comm/node_shared.hpp"
#include "mpi/pmpi_count.hpp"
#include "mpi/world.hpp"

namespace fedmeta::comm {
namespace {

using test::world;

TEST(Communicator, KnowsItsRankAndSize) {
  int rank = -1, size = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  EXPECT_EQ(world().rank(), rank);
  EXPECT_EQ(world().size(), size);
  EXPECT_EQ(world().root(), rank == 0);
}

TEST(Communicator, BroadcastReachesAll) {
  std::vector<float> values(1001, static_cast<float>(-1 - world().rank()));
  if (world().root()) std::iota(values.begin(), values.end(), 0.5F);
  world().broadcast(values);
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], static_cast<float>(i) + 0.5F);
}

TEST(Communicator, ReduceAddsUpAtTheRoot) {
  const auto n = world().size();
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
  for (int i = 0; i < 777; ++i) {
    floats.push_back(static_cast<float>(i * (world().rank() + 1)));
    integers.push_back((std::int64_t{1} << 53) + i * (world().rank() + 1));
  }
  world().reduce_sum(std::span<float>(floats));
  world().reduce_sum(std::span<std::int64_t>(integers));
  if (!world().root()) return;
  const int ranks_sum = n * (n + 1) / 2;
  for (int i = 0; i < 777; ++i) {
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(floats[at], static_cast<float>(i * ranks_sum));
    ASSERT_EQ(integers[at], n * (std::int64_t{1} << 53) + i * ranks_sum);
  }
}

TEST(Communicator, MaximumIsKnownToAll) {
  EXPECT_EQ(world().all_max(world().rank() * 10 - 50), (world().size() - 1) * 10 - 50);
  EXPECT_EQ(world().all_max(-world().rank()), 0);
}

TEST(Communicator, GatherKeepsRankOrderAtTheRoot) {
  struct Record {
    int rank;
    double square;
  };
  const auto records = world().gather(Record{world().rank(), 1.0 * world().rank() * world().rank()});
  ASSERT_EQ(records.size(), world().root() ? static_cast<std::size_t>(world().size()) : 0U);
  for (std::size_t r = 0; r < records.size(); ++r) {
    EXPECT_EQ(records[r].rank, static_cast<int>(r));
    EXPECT_EQ(records[r].square, static_cast<double>(r * r));
  }
}

/// Rank r has r - 1 numbers: the first ranks none. Three bytes each, so that no list fills whole words.
TEST(Communicator, GatherJoinsListsOfAnyLength) {
  struct Triple {
    std::uint8_t rank, index, mark;
  };
  std::vector<Triple> list;
  for (int i = 0; i < world().rank() - 1; ++i)
    list.push_back({static_cast<std::uint8_t>(world().rank()), static_cast<std::uint8_t>(i), 77});
  const auto joined = world().gather_lists(std::span<const Triple>(list));
  if (!world().root()) {
    EXPECT_TRUE(joined.empty());
    return;
  }
  std::size_t at = 0;
  for (int rank = 0; rank < world().size(); ++rank)
    for (int i = 0; i < rank - 1; ++i, ++at) {
      ASSERT_LT(at, joined.size());
      EXPECT_EQ(joined[at].rank, rank);
      EXPECT_EQ(joined[at].index, i);
      EXPECT_EQ(joined[at].mark, 77);
    }
  EXPECT_EQ(at, joined.size());
}

TEST(Communicator, GatherOfNothing) {
  EXPECT_TRUE(world().gather_lists(std::span<const double>()).empty());
}

std::string text_of(int rank) {
  return rank % 2 ? std::string(static_cast<std::size_t>(rank) * 5, static_cast<char>('a' + rank)) : "";
}

TEST(Communicator, AllGatherKeepsEveryText) {
  const auto texts = world().all_gather(text_of(world().rank()));
  ASSERT_EQ(texts.size(), static_cast<std::size_t>(world().size()));
  for (int rank = 0; rank < world().size(); ++rank)
    EXPECT_EQ(texts[static_cast<std::size_t>(rank)], text_of(rank));
  for (const auto& text : world().all_gather(std::string("zero\0inside", 11))) EXPECT_EQ(text.size(), 11U);
}

TEST(Communicator, AllGatherOfEmptyTexts) {
  const auto texts = world().all_gather(std::string());
  EXPECT_EQ(texts, std::vector<std::string>(static_cast<std::size_t>(world().size())));
}

/// What `from` sends to `to`: lengths differ in both, and some are empty.
Bytes message(int from, int to) {
  const auto length = static_cast<std::size_t>((from * 7 + to * 3) % 5) * 11;
  return Bytes(length, static_cast<std::byte>(16 * from + to));
}

TEST(Communicator, ExchangeDeliversEachMessage) {
  std::vector<Bytes> to_each;
  for (int to = 0; to < world().size(); ++to) to_each.push_back(message(world().rank(), to));
  const auto received = world().exchange(to_each);
  ASSERT_EQ(received.size(), static_cast<std::size_t>(world().size()));
  for (int from = 0; from < world().size(); ++from)
    EXPECT_EQ(received[static_cast<std::size_t>(from)], message(from, world().rank())) << "from " << from;
}

TEST(Communicator, ExchangeOfNothing) {
  const auto nothing = std::vector<Bytes>(static_cast<std::size_t>(world().size()));
  EXPECT_EQ(world().exchange(nothing), nothing);
}

TEST(NodeShared, EachRankSeesTheOthersBytes) {
  const auto node = world().node();
  const auto length = [](int rank) { return static_cast<std::size_t>(rank) * 100; };  // rank 0: none
  NodeShared memory(node, length(node.rank()));
  ASSERT_GE(memory.mine().size(), length(node.rank()));
  for (std::size_t i = 0; i < length(node.rank()); ++i)
    memory.mine()[i] = static_cast<std::byte>(static_cast<std::size_t>(node.rank()) * 50 + i);
  memory.publish();
  for (int rank = 0; rank < node.size(); ++rank)
    for (std::size_t i = 0; i < length(rank); ++i)
      ASSERT_EQ(memory.of(rank)[i], static_cast<std::byte>(static_cast<std::size_t>(rank) * 50 + i));
  node.wait_for_all();  // nobody frees what another still reads
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class Wait>
void expect_rest(Wait wait) {
  using namespace std::chrono;
  world().wait_for_all();
  const auto start = steady_clock::now();
  const double cpu = cpu_seconds();
  if (world().rank() == world().size() - 1) std::this_thread::sleep_for(milliseconds(500));
  wait();
  const double wall = duration<double>(steady_clock::now() - start).count();
  EXPECT_GE(wall, 0.45) << "a rank did not wait for the last";
  EXPECT_LT(cpu_seconds() - cpu, wall / 2) << "a rank that spins uses all of the wall time";
}

TEST(Communicator, WaitingLeavesTheCoreToOthers) {
  expect_rest([] { world().wait_for_all(); });
}

TEST(Communicator, CollectivesWaitTheSameWay) {
  std::vector<float> values(10);
  expect_rest([&] { world().broadcast(values); });
  expect_rest([&] { world().reduce_sum(std::span<float>(values)); });
  expect_rest([] { world().all_max(1); });
  expect_rest([] { world().all_gather(std::string("x")); });
  expect_rest([] { world().exchange(std::vector<Bytes>(static_cast<std::size_t>(world().size()))); });
}

/// Runs `calls` and compares what the communicator counted with what reached MPI.
template <class Calls>
void expect_counted(std::int64_t bytes, Calls calls) {
  const auto counted = world().collective_bytes();
  const auto seen = test::pmpi_bytes();
  calls();
  EXPECT_EQ(world().collective_bytes() - counted, bytes);
  EXPECT_EQ(test::pmpi_bytes() - seen, bytes);
}

TEST(Communicator, CountsTheBytesThatReachMpi) {
  std::vector<float> floats(1003);
  std::vector<std::int64_t> integers(501);
  expect_counted(4012, [&] { world().broadcast(floats); });
  expect_counted(4012, [&] { world().reduce_sum(std::span<float>(floats)); });
  expect_counted(4008, [&] { world().reduce_sum(std::span<std::int64_t>(integers)); });
  expect_counted(4, [] { world().all_max(3); });
  expect_counted(0, [] { world().broadcast({}); });
}

TEST(Communicator, DoesNotCountRecords) {
  expect_counted(0, [] {
    world().gather(1.0);
    world().all_gather(std::string("abc"));
    world().exchange(std::vector<Bytes>(static_cast<std::size_t>(world().size())));
    world().wait_for_all();
  });
}

TEST(Communicator, ACopyCountsTogetherWithItsOriginal) {
  const Communicator copy = world();  // NOLINT(performance-unnecessary-copy-initialization)
  const auto before = world().collective_bytes();
  copy.all_max(1);
  EXPECT_EQ(world().collective_bytes(), before + 4);
}

}  // namespace
}  // namespace fedmeta::comm
