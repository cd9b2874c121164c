// Each thing that can go wrong with a file is one Error, and leaves nothing under the final name.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
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

/// Another program's file of this name, made since the start, is not replaced.
TEST(Writer, ReplacesNothingThatHasAppeared) {
  const Folder folder;
  const fs::path path = folder.path() / "a.h5";
  const Results results = head();
  {
    ResultsWriter writer(path, false, results.header, results.system, results.data);
    std::ofstream(path) << "mine";
    expect_error(Status::own_file, "a.h5.part", [&] { writer.close("complete"); });
  }
  EXPECT_EQ(fs::file_size(path), 4u);
  EXPECT_EQ(read_results(path.string() + ".part").header.status, "complete");
}

/// The file goes on under another name, or under none: at the end it would be missed, or another one
/// published.
class LostPart : public testing::Test {
 protected:
  void expect_noticed(const std::function<void()>& happen) {
    const Results results = head();
    const auto rows = run("maml", 1, std::array{0.5}, 1, 1, 4);
    ResultsWriter writer(path_, false, results.header, results.system, results.data);
    RunWriter out = writer.begin_run(rows.header, 2);
    happen();
    const std::string part = path_.string() + ".part";
    expect_error(Status::own_file, part, [&] { out.append_evaluation(rows.evaluations[0]); });
    expect_error(Status::own_file, part, [&] { writer.close("complete"); });
    EXPECT_FALSE(fs::exists(path_));
  }

  Folder folder_;
  fs::path path_ = folder_.path() / "a.h5", part_ = folder_.path() / "a.h5.part";
};

TEST_F(LostPart, ThatWasMovedIsNoticed) {
  expect_noticed([&] { fs::rename(part_, folder_.path() / "b.h5"); });
}
TEST_F(LostPart, ThatWasDeletedIsNoticed) {
  expect_noticed([&] { fs::remove(part_); });
}
TEST_F(LostPart, ThatWasReplacedIsNoticed) {
  expect_noticed([&] {
    fs::copy(part_, folder_.path() / "b.h5");
    fs::rename(folder_.path() / "b.h5", part_);
  });
}

/// Another program that opens the file for writing from the start, as this one did before it held its
/// outputs.
TEST(Writer, PublishesNothingThatDoesNotReadBack) {
  const Folder folder;
  const fs::path path = folder.path() / "a.h5";
  Results results = head();
  results.header.settings.assign(100'000, 'x');
  ResultsWriter writer(path, false, results.header, results.system, results.data);
  const Model model{"[]", std::vector<float>(1'000'000), std::vector<float>(1'000'000), {}, {}};
  writer.begin_run({"maml", 1, 1, 1, {}}, 2).finish(&model, "complete");
  // The library writes the file's end again when it closes it, but none of the values.
  {
    std::fstream part(path.string() + ".part", std::ios::in | std::ios::out | std::ios::binary);
    const std::string zeros(2048, '\0');
    part.seekp(512).write(zeros.data(), std::ssize(zeros));
  }
  expect_error(Status::own_file, "a.h5.part", [&] { writer.close("complete"); });
  EXPECT_FALSE(fs::exists(path));
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
    writer.begin_run({"maml", 1, 1, 1, {}}, 2).finish(&model, "complete");
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
    writer.begin_run({"maml", 1, 1, 1, {}}, 2).finish(&model, "complete");
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
    h5::set_attribute(file, "schema_version", std::int32_t{4});
  }
  expect_error(Status::own_file, "schema version 4", [&] { read_results(folder.path() / "a.h5"); });
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

/// A results file that somebody has changed to harm its reader.
class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    Results results = head();
    results.runs = {run("maml", 1, std::array{0.5, 0.9}, .75, 10, 8)};
    write(path_, results);
    file_ = h5::Handle(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    ASSERT_GE(file_, 0);
  }

  /// Closes the file, which then must be refused because of `part`.
  void expect_refused(const std::string& part) {
    ASSERT_GE(file_.close(), 0);
    expect_error(Status::own_file, part, [&] { read_results(path_); });
  }

  void remove(const char* name) const { ASSERT_GE(H5Ldelete(file_, name, H5P_DEFAULT), 0); }

  /// In place of a dataset, one of these lengths without values.
  void replace(const std::string& name, hid_t type, const std::vector<hsize_t>& lengths,
               hid_t properties = H5P_DEFAULT) const {
    remove(name.c_str());
    const h5::Handle space(H5Screate_simple(int(lengths.size()), lengths.data(), nullptr), H5Sclose);
    const h5::Handle dataset(
        H5Dcreate2(file_, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose);
    ASSERT_GE(dataset, 0);
  }

  /// Terabytes of zeros that are nowhere.
  void replace_by_empty_chunks(const std::string& name, hid_t type) const {
    const h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const hsize_t chunk = 16;
    H5Pset_chunk(properties, 1, &chunk);
    replace(name, type, {hsize_t{1} << 40}, properties);
  }

  void set_attribute(const char* group, const char* name, const std::vector<double>& values) const {
    const h5::Handle node(H5Oopen(file_, group, H5P_DEFAULT), H5Oclose);
    H5Adelete(node, name);
    const hsize_t length = values.size();
    const h5::Handle space(H5Screate_simple(1, &length, nullptr), H5Sclose);
    const h5::Handle id(H5Acreate2(node, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    ASSERT_GE(H5Awrite(id, H5T_NATIVE_DOUBLE, values.data()), 0);
  }

  Folder folder_;
  fs::path path_ = folder_.path() / "a.h5";
  h5::Handle file_;
};

TEST_F(Hostile, NothingIsChangedYet) {
  ASSERT_GE(file_.close(), 0);
  EXPECT_EQ(read_results(path_).runs.size(), 1U);
}

/// Read as one value they would be written beyond it.
TEST_F(Hostile, AttributesAreOneValue) {
  set_attribute("/data", "support_fraction", std::vector<double>(100'000, 0.2));
  expect_refused("support_fraction): check");
}
TEST_F(Hostile, HyperparametersAreOneValue) {
  set_attribute("/runs/maml/seed1", "inner_lr", std::vector<double>(100'000, 0.2));
  expect_refused("inner_lr): check");
}

TEST_F(Hostile, FractionsAreFractions) {
  set_attribute("/data", "support_fraction", {std::nan("")});
  expect_refused("support_fraction is nan, not from 0 to 1");
}

TEST_F(Hostile, HugeNumbersAreShort) {
  set_attribute("/data", "support_fraction", {1e300});
  expect_refused("support_fraction is 1e+300, not from 0 to 1");
}

TEST_F(Hostile, TargetsAreFractions) {
  {
    const h5::Handle target(H5Dopen2(file_, "/runs/maml/seed1/target/accuracy", H5P_DEFAULT), H5Dclose);
    const double value = 1e300;
    ASSERT_GE(H5Dwrite(target, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), 0);
  }
  expect_refused("a value is 1e+300 (");
}

/// As many rows as the others have, but no values.
TEST_F(Hostile, ColumnsHaveOneAxis) {
  replace("/runs/maml/seed1/rounds/loss", H5T_NATIVE_DOUBLE, {2, 0});
  expect_refused("rounds/loss");
}
TEST_F(Hostile, ColumnsAreNoScalars) {
  replace("/runs/maml/seed1/evaluations/accuracy", H5T_NATIVE_DOUBLE, {});
  expect_refused("evaluations/accuracy");
}
TEST_F(Hostile, RowsOfVectorsHaveTwoAxes) {
  replace("/runs/maml/seed1/rounds/clients", H5T_NATIVE_INT32, {2});
  expect_refused("rounds/clients");
}
TEST_F(Hostile, TargetsAreOneValue) {
  replace("/runs/maml/seed1/target/round", H5T_NATIVE_INT32, {0});
  expect_refused("target/round");
}
TEST_F(Hostile, SystemsHaveOneAxis) {
  replace("/system/threads", H5T_NATIVE_INT32, {1, 2});
  expect_refused("system/threads");
}

TEST_F(Hostile, LengthsAreThoseOfTheValues) {
  replace_by_empty_chunks("/data/samples", H5T_NATIVE_INT32);
  expect_refused("more values than it holds");
}
TEST_F(Hostile, LengthsOfTablesAreThoseOfTheValues) {
  for (const char* column : {"client", "accuracy", "initial_accuracy", "samples"})
    replace_by_empty_chunks(std::string("/runs/maml/seed1/clients/") + column, H5T_NATIVE_DOUBLE);
  expect_refused("more values than it holds");
}

/// /etc/passwd as the roles of clients.
TEST_F(Hostile, ValuesAreInTheFileItself) {
  const h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_external(properties, "/etc/passwd", 0, 4);
  replace("/data/role", H5T_NATIVE_UINT8, {4}, properties);
  expect_refused("in other files");
}
TEST_F(Hostile, VirtualValuesAreRefused) {
  const hsize_t length = 4;
  const h5::Handle space(H5Screate_simple(1, &length, nullptr), H5Sclose);
  const h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_virtual(properties, space, "other.h5", "/role", space);
  replace("/data/role", H5T_NATIVE_UINT8, {4}, properties);
  expect_refused("in other files");
}
TEST_F(Hostile, LinksStayInTheFile) {
  remove("/runs/maml");
  ASSERT_GE(H5Lcreate_external("other.h5", "/runs/maml", file_, "/runs/maml", H5P_DEFAULT, H5P_DEFAULT), 0);
  expect_refused("a link to another place");
}
TEST_F(Hostile, ColumnsAreNoLinksToElsewhere) {
  remove("/system/host");
  ASSERT_GE(H5Lcreate_external("/a/pipe", "/host", file_, "/system/host", H5P_DEFAULT, H5P_DEFAULT), 0);
  expect_refused("a link to another place");
}

/// One text of 1 MB, two thousand times: the references to it are made alike in the file's bytes.
TEST_F(Hostile, TextsThatAreOneAndTheSameDoNotFillTheMemory) {
  const h5::Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(text, H5T_VARIABLE);
  H5Tset_cset(text, H5T_CSET_UTF8);
  constexpr std::size_t texts = 2000, reference = 16;
  replace("/system/device", text, {texts});
  haddr_t place = 0;
  {
    const h5::Handle dataset(H5Dopen2(file_, "/system/device", H5P_DEFAULT), H5Dclose);
    const std::string mega(1 << 20, 'x');
    std::vector<const char*> values(texts, "");
    values[0] = mega.c_str();
    ASSERT_GE(H5Dwrite(dataset, text, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    place = H5Dget_offset(dataset);
  }
  ASSERT_GE(file_.close(), 0);
  std::fstream bytes(path_, std::ios::in | std::ios::out | std::ios::binary);
  std::array<char, reference> first{};
  bytes.seekg(std::streamoff(place)).read(first.data(), reference);
  bytes.seekp(std::streamoff(place));
  for (std::size_t i = 0; i < texts; ++i) bytes.write(first.data(), reference);
  bytes.close();
  expect_error(Status::own_file, "its texts are larger", [&] { read_results(path_); });
}

TEST(Reader, RefusesWhatIsNoRegularFile) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "a.h5").c_str(), 0600), 0);
  expect_error(Status::own_file, "a pipe", [&] { read_results(folder.path() / "a.h5"); });
  expect_error(Status::own_file, "a device", [] { read_results("/dev/zero"); });
}

}  // namespace
}  // namespace fedmeta::record
