// Latency and bandwidth from Google Benchmark's JSON.
#include "report/machine/microbench.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"
#include "report/output/files.hpp"
#include "report/small_comparisons.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;

const std::string head_of_two =
    R"({"context": {"ranks": "2", "threads_per_rank": "1", "device": "cpu", "mpi": "MPI 1",
 "sgemm_flops_per_second": "1.8e+11", "memory_bytes_per_second": "4.5e+10"}, "benchmarks": [)";

std::string benchmark(const std::string& name, double time, const std::string& unit = "ms",
                      const std::string& type = "iteration") {
  return R"({"name": ")" + name + R"(", "run_type": ")" + type + R"(", "real_time": )" +
         std::to_string(time) + R"(, "time_unit": ")" + unit + "\"}";
}

Microbenchmark read(const std::string& text) {
  const record::Folder folder;
  write_file(folder.path() / "b.json", text);
  return read_microbenchmark(folder.path() / "b.json");
}

void expect_refused(const std::string& text, const std::string& part, Status status = Status::own_file) {
  try {
    read(text);
    ADD_FAILURE() << "accepted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

/// 256 numbers of 4 bytes in 2 us, a million in 4 ms; of the three repetitions of a reduction the middle one.
TEST(Microbench, ReadsCallsAndLengths) {
  const auto read_back = read(
      head_of_two + benchmark("broadcast/length:1000000/manual_time", 4) + "," +
      benchmark("gradient/x/batch:10", 7) + "," + benchmark("broadcast/length:256/manual_time", 2, "us") +
      "," + benchmark("reduction/reproducible/length:256", 5) + "," +
      benchmark("reduction/reproducible/length:256", 1) + "," +
      benchmark("reduction/reproducible/length:256", 2) + "," +
      benchmark("reduction/reproducible/length:256_mean", 99, "ms", "aggregate") + "]}");
  EXPECT_EQ(read_back.ranks, 2);
  const auto table = message_table({read_back});
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(number(table, 0, "bytes"), 1024);
  EXPECT_DOUBLE_EQ(number(table, 0, "seconds"), 2e-6);
  EXPECT_DOUBLE_EQ(number(table, 0, "bytes_per_second"), 512e6);
  EXPECT_EQ(number(table, 1, "bytes"), 4e6);
  EXPECT_DOUBLE_EQ(number(table, 1, "bytes_per_second"), 1e9);
  EXPECT_EQ(text(table, 2, "call"), "reduction/reproducible");
  EXPECT_EQ(number(table, 2, "bytes"), 2048);
  EXPECT_DOUBLE_EQ(number(table, 2, "seconds"), 2e-3);

  const auto ceilings = ceiling_table({read_back});
  ASSERT_EQ(ceilings.rows.size(), 2U);
  EXPECT_DOUBLE_EQ(number(ceilings, 0, "latency_seconds"), 2e-6);
  EXPECT_EQ(number(ceilings, 0, "latency_bytes"), 1024);
  EXPECT_DOUBLE_EQ(number(ceilings, 0, "bytes_per_second"), 1e9);
  EXPECT_DOUBLE_EQ(number(ceilings, 0, "ridge"), 4);
}

TEST(Microbench, OfOneRankHasNoMessages) {
  const auto alone =
      read(R"({"context": {"ranks": "1"}, "benchmarks": [)" + benchmark("gradient/x/batch:10", 7) + "]}");
  const auto table = ceiling_table({alone});
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(text(table, 0, "latency_seconds"), "one rank");
  EXPECT_EQ(text(table, 0, "ridge"), "not in the file");
}

/// As Google Benchmark 1.7 writes it, with a time of zero; `mark` is `skipped` from 1.8 on.
std::string failed_benchmark(const std::string& name, const std::string& mark = "error_occurred") {
  return R"({"name": ")" + name + R"(", "run_type": "iteration", ")" + mark +
         R"(": true, "error_message": "no memory", "real_time": 0.0, "time_unit": "ms"})";
}

TEST(Microbench, LeavesFailedBenchmarksOutAndNamesThem) {
  const auto read_back =
      read(head_of_two + failed_benchmark("broadcast/length:256") + "," +
           benchmark("broadcast/length:1024", 2) + "," + failed_benchmark("broadcast/length:1024") + "," +
           failed_benchmark("gradient/x/batch:10", "skipped") + "," +
           failed_benchmark("broadcast/length:256") + "]}");
  ASSERT_EQ(read_back.messages.size(), 1U);
  EXPECT_EQ(read_back.messages[0].bytes, 4096);
  EXPECT_DOUBLE_EQ(read_back.messages[0].seconds, 2e-3);
  const auto notes = failure_notes({read_back});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0],
            "b.json: failed and left out: broadcast/length:256, broadcast/length:1024, "
            "gradient/x/batch:10");
  EXPECT_TRUE(failure_notes({read(head_of_two + benchmark("broadcast/length:1024", 2) + "]}")}).empty());
}

TEST(Microbench, RefusesTheSameFileTwiceByWhateverName) {
  const record::Folder folder;
  const auto write = [&](const std::string& name, double time) {
    write_file(folder.path() / name, head_of_two + benchmark("broadcast/length:1024", time) + "]}");
    return folder.path() / name;
  };
  const auto first = write("a.json", 2), copy = write("copy.json", 2), other = write("b.json", 3);
  EXPECT_EQ(read_microbenchmarks({first, other}).size(), 2U);
  for (const auto& again : {first, copy}) {
    try {
      read_microbenchmarks({first, other, again});
      ADD_FAILURE() << again;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage);
      EXPECT_EQ(std::string(error.what()),
                "the same file twice (" + first.string() + " and " + again.string() + "): leave one out");
    }
  }
}

TEST(Microbench, RefusesFilesWithoutAResult) {
  expect_refused(head_of_two + "]}", "the file has no single measurement (", Status::input);
  expect_refused(head_of_two + "1, {}]}", "the file has no single measurement (", Status::input);
  expect_refused(head_of_two + benchmark("broadcast/length:256_mean", 1, "ms", "aggregate") + "]}",
                 "the file has no single measurement (", Status::input);
  expect_refused(head_of_two + failed_benchmark("broadcast/length:256") + "]}", "all benchmarks failed (",
                 Status::input);
}

TEST(Microbench, RefusesOtherFiles) {
  expect_refused("", "cannot read JSON");
  expect_refused("{", "cannot read JSON");
  expect_refused("[1, 2]", "no context or no benchmarks");
  expect_refused(R"({"context": {}, "benchmarks": []})", "no number of ranks");
  expect_refused(head_of_two + benchmark("broadcast/length:1", 1, "years") + "]}", "no time of broadcast");
  expect_refused(head_of_two + R"({"name": "broadcast/length:1", "time_unit": "ms"}]})", "no time of");
  expect_refused(head_of_two + benchmark("broadcast/length:1", -1) + "]}", "no time of");
}

}  // namespace
}  // namespace fedmeta::report
