// Results that cannot be written: status 4, one line, no rank left waiting, nothing under the final name.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/program.hpp"
#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"
#include "record/output_lock.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

/// One round on twelve generated clients, after what `first` says.
std::vector<std::string> small_run(std::vector<std::string> first, const std::string& output) {
  first.insert(first.end(), {"--generated-clients", "12", "--rounds", "1", "--clients-per-round", "2",
                             "--algorithms", "fomaml", "--output", output});
  return first;
}

std::vector<std::string> short_run(const std::string& output) {
  return small_run({"--generated-samples", "12", "--generated-deviation", "1", "--save-model"}, output);
}

/// Of a small network, where only the file matters.
std::vector<std::string> shortest_run(const std::string& output) {
  return small_run({path_of("fedmeta_bench"), "--dataset", "synthetic"}, output);
}

TEST(Output, ThatExistsIsKept) {
  const TemporaryFolder folder;
  const auto file = folder.write("results.h5", "something else");
  expect_refused_everywhere(short_run(file.string()), usage, {"--output " + file.string(), "--force"});
  EXPECT_EQ(std::filesystem::file_size(file), 14U);
}

TEST(Output, UnderProcIsRefused) {
  expect_refused_everywhere(short_run("/proc/results.h5"), own_file, {"/proc/results.h5"});
  expect_refused(short_run("/proc/no/such/results.h5"), own_file, {"/proc/no/such"});
}

TEST(Output, ThatIsADeviceIsRefused) {
  expect_refused_everywhere(short_run("/dev/full"), own_file, {"/dev/full"});
  expect_refused(short_run("/dev/full/results.h5"), own_file, {"/dev/full"});
}

TEST(Output, ThatIsAFolderIsRefused) {
  const TemporaryFolder folder;
  expect_refused(short_run(folder.path().string()), own_file, {folder.path().string()});
}

/// A file system of a few kilobytes; not mounted where the caller may not.
class SmallFileSystem {
 public:
  explicit SmallFileSystem(const std::string& size)
      : mounted_(mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0) {
    if (!mounted_) why_ = std::strerror(errno);
  }
  ~SmallFileSystem() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;

  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  std::filesystem::path path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  bool mounted_;
  std::string why_;
};

void expect_full(const std::string& size, int ranks) {
  const SmallFileSystem small(size);
  if (!small.mounted())
    GTEST_SKIP() << "SKIPPED: a full disk was not tried, since this user cannot mount a tmpfs: "
                 << small.why();
  const auto output = small.path() / "results.h5";
  expect_refused(short_run(output.string()), own_file, {output.string()}, ranks);
  EXPECT_FALSE(std::filesystem::exists(output));
}

// Room for the head and the rounds, none for the model.
TEST(Output, ThatBecomesFullEndsTheRun) {
  expect_full("800k", 0);
}
TEST(Output, ThatBecomesFullEndsAllRanks) {
  expect_full("800k", 4);
}
TEST(Output, ThatIsFullAtOnceEndsAllRanks) {
  expect_full("4k", 4);
}

/// The system would end the program with SIGXFSZ, without a word.
TEST(Output, ThatIsLargerThanAllowedSaysSo) {
  const TemporaryFolder folder;
  auto arguments = shortest_run((folder.path() / "results.h5").string());
  arguments.erase(arguments.begin());
  const auto finished = run_by_shell("ulimit -f 40; exec \"$@\"", "fedmeta_bench", arguments);
  EXPECT_EQ(finished.status, own_file);
  EXPECT_NE(finished.err.find("File too large"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("ulimit -f"), std::string::npos) << finished.err;
}

// What counts is the file: who closes the pipe has seen enough.
TEST(StandardOutput, ThatIsClosedEarlyCostsNothing) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "results.h5";
  const auto finished = run_redirected(shortest_run(output.string()), "| head -3");
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(finished.err, "");
  EXPECT_EQ(record::read_results(output).header.status, "complete");
  for (const std::string program : {"fedmeta_bench", "fedmeta_data", "fedmeta_report"}) {
    SCOPED_TRACE(program);
    const auto help = run_redirected({path_of(program), "--help"}, "| true");
    EXPECT_EQ(help.status, 0);
    EXPECT_EQ(help.err, "");
  }
}

// The results file would become descriptor 1 and be written over.
TEST(StandardOutput, ThatIsClosedAtTheStartCostsNothing) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "results.h5", data = folder.path() / "data.h5";
  const std::string closed = "<&- >&- 2>&-";
  EXPECT_EQ(run_redirected(shortest_run(output.string()), closed).status, 0);
  EXPECT_EQ(record::read_results(output).header.status, "complete");
  EXPECT_EQ(run_redirected({path_of("fedmeta_data"), "generate", "synthetic", "--clients", "12", "--output",
                            data.string()},
                           closed)
                .status,
            0);
  EXPECT_EQ(run_data({"inspect", data.string()}).status, 0);
}

TEST(Output, WithANameTooLongIsRefused) {
  const TemporaryFolder folder;
  const auto file = (folder.path() / (std::string(300, 'x') + ".h5")).string();
  expect_refused_everywhere(short_run(file), own_file, {"File name too long", "choose a shorter name"});
  const auto below = (folder.path() / std::string(300, 'x') / "results.h5").string();
  expect_refused(short_run(below), own_file, {"File name too long", "choose a shorter name"});
}

TEST(Output, NeedsNoLocksOfTheFileSystem) {
#ifdef FEDMETA_ADDRESS_SANITIZER
  GTEST_SKIP() << "SKIPPED: AddressSanitizer wants to be loaded first";
#endif
  const TemporaryFolder folder;
  auto command = shortest_run((folder.path() / "results.h5").string());
  command.insert(command.begin(), {"env", "LD_PRELOAD=" FEDMETA_NO_LOCKS});
  const auto finished = run_command(command);
  EXPECT_EQ(finished.status, 0) << finished.err;
}

TEST(Output, ThatAnotherProgramIsWritingIsRefused) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "results.h5";
  const auto part = folder.write("results.h5.part", "of the other program");
  const record::OutputLock other(output);
  const std::vector<std::string> words{"another program writes this output",
                                       "process " + std::to_string(getpid()), output.string() + ".lock",
                                       "wait for it"};
  expect_refused_everywhere(short_run(output.string()), own_file, words);
  auto forced = short_run(output.string());
  forced.emplace_back("--force");
  expect_refused(forced, own_file, words);
  EXPECT_EQ(std::filesystem::file_size(part), 20U) << "it was truncated";
}

TEST(Output, LeavesNoLockBehind) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "results.h5";
  ASSERT_EQ(run_command(shortest_run(output.string())).status, 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Output, ThatIsAnInputIsRefused) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data.h5";
  ASSERT_EQ(run_data({"generate", "synthetic", "--clients", "12", "--output", data.string()}).status, 0);
  const auto size = std::filesystem::file_size(data);
  expect_refused_everywhere({"--dataset", "synthetic", "--data", data.string(), "--output",
                             (folder.path() / "." / "data.h5").string(), "--force"},
                            usage, {"the output is an input", "--data " + data.string()});
  EXPECT_EQ(std::filesystem::file_size(data), size);
}

/// What cannot be said is told on standard error, by every program.
void expect_told(const std::string& program, const std::vector<std::string>& arguments) {
  SCOPED_TRACE(program + " " + arguments.front());
  const auto finished = run_with_full_output(program, arguments);
  EXPECT_EQ(finished.status, own_file);
  EXPECT_EQ(finished.err.find(program + ": error: "), 0U) << finished.err;
  EXPECT_NE(finished.err.find("(standard output)"), std::string::npos) << finished.err;
  EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
}

TEST(StandardOutput, ThatIsFullIsTold) {
  const TemporaryFolder folder;
  const auto file = (folder.path() / "data.h5").string(), results = (folder.path() / "results.h5").string();
  for (const std::string program : {"fedmeta_bench", "fedmeta_data", "fedmeta_report"})
    expect_told(program, {"--help"});
  ASSERT_EQ(run_data({"generate", "synthetic", "--clients", "12", "--output", file}).status, 0);
  expect_told("fedmeta_data", {"inspect", file});
  std::vector<std::string> run{"--dry-run",           "--data", file,       "--dataset", "synthetic",
                               "--clients-per-round", "2",      "--output", results};
  expect_told("fedmeta_bench", run);
  run.erase(run.begin());
  expect_told("fedmeta_bench", run);  // before anything is trained or written
  EXPECT_FALSE(std::filesystem::exists(results));
  EXPECT_FALSE(std::filesystem::exists(results + ".part"));
}

}  // namespace
}  // namespace fedmeta::test
