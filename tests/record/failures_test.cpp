// Each thing that can go wrong with a file is one Error, and leaves nothing under the final name.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "base/error.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

/// Runs `action`, which must throw an Error of this status whose one line contains `part`.
void expect_error(Status status, const std::string& part, const std::function<void()>& action) {
  try {
    action();
    ADD_FAILURE() << "no error; expected: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

void make(const fs::path& path, bool force = false) {
  const Results results = head();
  ResultsWriter(path, force, results.header, results.system, results.data).close("complete");
}

TEST(Writer, RefusesAnExistingFileWithoutForce) {
  const Folder folder;
  const fs::path path = folder.path() / "a.h5";
  std::ofstream(path) << "mine";
  expect_error(Status::usage, "--force", [&] { make(path); });
  EXPECT_EQ(fs::file_size(path), 4u);
  make(path, true);
  EXPECT_EQ(read_results(path).header.status, "complete");
}

TEST(Writer, KeepsTheOldFileUntilTheNewOneIsComplete) {
  const Folder folder;
  const fs::path path = folder.path() / "a.h5";
  std::ofstream(path) << "mine";
  const Results results = head();
  { ResultsWriter unfinished(path, true, results.header, results.system, results.data); }
  EXPECT_EQ(fs::file_size(path), 4u);
}

TEST(Writer, RefusesAFolderOrADevice) {
  const Folder folder;
  expect_error(Status::own_file, folder.path().string(), [&] { make(folder.path(), true); });
  expect_error(Status::own_file, "/dev/full", [&] { make("/dev/full", true); });
  expect_error(Status::own_file, "/dev/full", [&] { make("/dev/full/a.h5"); });
}

TEST(Writer, ReportsAFolderThatCannotBeWritten) {
  expect_error(Status::own_file, "/proc/nowhere", [&] { make("/proc/nowhere/a.h5"); });
  expect_error(Status::own_file, "/proc/a.h5", [&] { make("/proc/a.h5"); });
}

/// A small file system of its own, where the test may make one.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=256k") != 0)
      GTEST_SKIP() << "SKIPPED: no right to mount a small tmpfs; a full disk is not tested";
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  Folder folder_;
  bool mounted_ = false;
};

TEST_F(FullDisk, IsReportedAtTheStart) {
  const fs::path path = folder_.path() / "a.h5";
  Results results = head();
  results.header.settings.assign(1'000'000, 'x');
  expect_error(Status::own_file, "No space left on device",
               [&] { ResultsWriter(path, false, results.header, results.system, results.data); });
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(path.string() + ".part"));
}

TEST_F(FullDisk, IsReportedDuringARun) {
  const fs::path path = folder_.path() / "a.h5";
  const Results results = head();
  expect_error(Status::own_file, "No space left on device", [&] {
    ResultsWriter writer(path, false, results.header, results.system, results.data);
    const auto rows = run("maml", 1, std::array{0.5}, 1, 1, 4);
    RunWriter out = writer.begin_run(rows.header, 2);
    for (int i = 0; i < 100'000; ++i) {
      out.append_rounds(rows.rounds);
      out.append_evaluation(rows.evaluations[0]);
    }
    writer.close("complete");
  });
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(FullDisk, IsReportedWhenTheModelDoesNotFit) {
  const fs::path path = folder_.path() / "a.h5";
  const Results results = head();
  const Model model{"[]", std::vector<float>(1'000'000), std::vector<float>(1'000'000), {}, {}};
  expect_error(Status::own_file, "No space left on device", [&] {
    ResultsWriter writer(path, false, results.header, results.system, results.data);
    writer.begin_run({"maml", 1, 1, 1, {}}, 2).finish({}, std::nullopt, &model, "complete");
    writer.close("complete");
  });
  EXPECT_FALSE(fs::exists(path));
}

[[noreturn]] void exit_after_a_model_that_does_not_fit(const fs::path& path) {
  int status = 0;
  try {
    const Results results = head();
    ResultsWriter writer(path, false, results.header, results.system, results.data);
    const Model model{"[]", std::vector<float>(1'000'000), std::vector<float>(1'000'000), {}, {}};
    writer.begin_run({"maml", 1, 1, 1, {}}, 2).finish({}, std::nullopt, &model, "complete");
  } catch (const Error& error) {
    status = static_cast<int>(error.status());
  }
  std::exit(status);
}

/// HDF5 by itself would try to flush again when the process ends, and complain or stop.
TEST_F(FullDisk, LeavesTheEndOfTheProcessClean) {
  EXPECT_EXIT(exit_after_a_model_that_does_not_fit(folder_.path() / "a.h5"), testing::ExitedWithCode(4),
              "^$");
}

TEST(Reader, ReportsAMissingFile) {
  expect_error(Status::own_file, "/nowhere/a.h5", [] { read_results("/nowhere/a.h5"); });
}

TEST(Reader, ReportsAFileThatIsNotHdf5) {
  const Folder folder;
  std::ofstream(folder.path() / "a.h5") << "not HDF5";
  expect_error(Status::own_file, "a.h5", [&] { read_results(folder.path() / "a.h5"); });
  expect_error(Status::own_file, folder.path().string(), [&] { read_results(folder.path()); });
}

TEST(Reader, ReportsATruncatedFile) {
  const Folder folder;
  make(folder.path() / "a.h5");
  fs::resize_file(folder.path() / "a.h5", fs::file_size(folder.path() / "a.h5") / 2);
  expect_error(Status::own_file, "a.h5", [&] { read_results(folder.path() / "a.h5"); });
}

TEST(Reader, ReportsAnotherSchema) {
  const Folder folder;
  {
    const h5::Node file = h5::create_file(folder.path() / "a.h5");
    h5::set_attribute(file, "schema_version", std::int32_t{2});
  }
  expect_error(Status::own_file, "schema version 2", [&] { read_results(folder.path() / "a.h5"); });
  { h5::create_file(folder.path() / "b.h5"); }
  expect_error(Status::own_file, "no schema_version", [&] { read_results(folder.path() / "b.h5"); });
}

TEST(Reader, NamesWhatIsMissing) {
  const Folder folder;
  make(folder.path() / "a.h5");
  {
    const h5::Handle file(H5Fopen((folder.path() / "a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    ASSERT_GE(H5Ldelete(file, "/data/role", H5P_DEFAULT), 0);
  }
  expect_error(Status::own_file, "/data/role", [&] { read_results(folder.path() / "a.h5"); });
}

}  // namespace
}  // namespace fedmeta::record
